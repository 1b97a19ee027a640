"""The steps from an empty database to the newest schema, in order; a step that was released is never changed."""
