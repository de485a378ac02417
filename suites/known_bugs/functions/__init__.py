"""The functions of the known bugs and controls, named by their ids. Importing a module imports its framework."""
