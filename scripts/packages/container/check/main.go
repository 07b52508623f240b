// Command check reads a Containerfile and a compose file by the parsers that docker itself has, and says what is in them. It ends with 1,
// and the parser's message, where one of them is refused.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func main() {
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(containerfile, compose string) error {
	file, err := os.Open(containerfile)
	if err != nil {
		return err
	}
	defer file.Close()
	parsed, err := parser.Parse(file)
	if err != nil {
		return err
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return err
	}
	for _, stage := range stages {
		fmt.Printf("stage from %s: %d instructions\n", stage.BaseName, len(stage.Commands))
	}
	for _, warning := range parsed.Warnings {
		return fmt.Errorf("%s: %s", containerfile, warning.Short)
	}
	options, err := cli.NewProjectOptions([]string{compose}, cli.WithName("tangles"))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	for _, name := range project.ServiceNames() {
		service := project.Services[name]
		fmt.Printf("service %s: %s %v\n", name, service.Image, service.Command)
	}
	return nil
}
