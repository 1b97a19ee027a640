"""The board and the patient in the browser: pages made on the server, which work without JavaScript, and the API."""
