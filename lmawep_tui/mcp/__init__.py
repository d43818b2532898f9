"""The MCP server: what agents may do, as tools of their program. It stands beside command line and screen."""
