module weighbridge.dev/oracle/glob

go 1.26

require github.com/gobwas/glob v0.2.3
