module weighbridge.dev/oracle/envsubst

go 1.26

require github.com/fluxcd/pkg/envsubst v1.5.0
