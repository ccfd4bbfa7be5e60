//! What does attnd offer beyond ActivityWatch? Its own interface at `/api/v1`.
