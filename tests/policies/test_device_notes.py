"""What is said of machines and devices beside the figures."""

from __future__ import annotations

POD = """
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: shop}
spec: {containers: [{name: web, env: [{name: NVIDIA_VISIBLE_DEVICES, value: all}]}]}
---
"""


def test_a_gpu_got_without_a_request_is_said_once_for_all_that_get_it(reported) -> None:
    text = "".join(POD.replace("NAME", f"p{number}") for number in range(5))
    assert reported(None, text).notes == (
        "shop/p0, shop/p1, shop/p2 and 2 more: not counted: GPU through NVIDIA_VISIBLE_DEVICES in container web, without a request",
    )


def test_what_a_change_leaves_alone_is_not_said_again(reported) -> None:
    text = POD.replace("NAME", "a")
    assert reported(text, text).notes == ()


def test_hosts_of_a_tpu_slice_that_stay_empty_are_said(reported) -> None:
    text = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: serve, namespace: shop}
spec:
  replicas: 3
  template:
    spec:
      nodeSelector: {cloud.google.com/gke-tpu-accelerator: tpu-v5-lite-podslice, cloud.google.com/gke-tpu-topology: 4x4}
      containers: [{name: web, resources: {limits: {google.com/tpu: 4}}}]
"""
    (note,) = reported(None, text).notes
    assert note == (
        "shop/serve: topology 4x4 of TPU-v5e has 16 chips on 4 hosts: 3 pods leave 1 of the hosts of a slice empty, which are paid all the same"
    )


def test_very_many_notes_are_cut(reported) -> None:
    text = "".join(POD.replace("NAME", f"p{number}").replace("name: web", f"name: web-{number}") for number in range(30))
    notes = reported(None, text).notes
    assert (len(notes), notes[-1]) == (11, "20 more notes of this kind stand with their workloads in the JSON")
