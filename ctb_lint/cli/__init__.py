"""The command line: typer, a file per command; the only room that sees everything."""
