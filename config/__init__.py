"""What a deployment is told: settings from the environment, and the three files a company writes."""
