"""What is handed out on paper: the pack for the works council, and questionnaires."""
