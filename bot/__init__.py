"""What reps see and press in Slack: commands, buttons, modals and the alert."""
