"""Where it went wrong and why: the cause of a finding, a remedy, a script that shows it."""
