"""The adapter for AWS Lambda: its entry points, and what they share. Nothing else imports it."""
