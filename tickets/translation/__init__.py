"""Machines that translate for reading: one asynchronous interface, and an engine for each that can be set up."""
