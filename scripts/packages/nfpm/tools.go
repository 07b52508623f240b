//go:build tools

// Package tools names the command to build, so that go.mod pins it and all it needs:
// "go install pkg@version" asks the proxy for a list of versions, a requirement does not.
package tools

import _ "github.com/goreleaser/nfpm/v2/cmd/nfpm"
