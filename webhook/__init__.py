"""The admission edge: AdmissionReview in and out."""
