"""What people see and what runs for them: pages, canvas editor, REST API, background jobs, command line."""
