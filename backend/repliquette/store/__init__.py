"""SQLite behind a door: schema, migrations, queries; one writer."""
