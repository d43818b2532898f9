"""The MCP server, through a real client."""
