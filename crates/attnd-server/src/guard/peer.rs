//! Which user's process is at the other end? Looked up once per connection in the kernel's table
//! of sockets.
//!
//! A row of `/proc/net/tcp` (Linux, `proc_pid_net(5)`): number, local address, remote address,
//! state, queues, timer, retransmits, uid, timeout, inode. Addresses are hexadecimal, each 32-bit
//! word in the machine's byte order.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

use attnd_engine::access::Peer;

use crate::config::Reach;
use crate::guard::Sender;

/// A connection, as its requests see it.
#[derive(Clone, Debug)]
pub(crate) struct Connection(Arc<Ends>);

#[derive(Debug)]
struct Ends {
    client: SocketAddr,
    server: SocketAddr,
    owner: OnceLock<Owner>,
}

/// Whose process holds the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The daemon's own user's.
    Own,
    /// A process on this machine; this platform does not tell whose.
    Unknown,
    /// Another user's, or another machine's.
    Foreign,
}

impl Connection {
    pub(crate) fn new(client: SocketAddr, server: SocketAddr) -> Self {
        Self(Arc::new(Ends { client, server, owner: OnceLock::new() }))
    }

    /// A connection whose owner is known already.
    #[cfg(test)]
    pub(crate) fn of(owner: Owner) -> Self {
        let end = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        Self(Arc::new(Ends { client: end, server: end, owner: OnceLock::from(owner) }))
    }

    /// The other end's address.
    pub(crate) fn client(&self) -> IpAddr {
        plain(self.0.client).ip()
    }

    /// Whose process it is; the first call looks it up, which costs some 0.1 ms.
    pub(crate) fn owner(&self) -> Owner {
        *self.0.owner.get_or_init(|| look_up(plain(self.0.client), plain(self.0.server)))
    }
}

/// What the engine may believe of the sender.
pub(crate) fn peer(connection: Option<&Connection>, sender: &Sender, reach: Reach) -> Peer {
    // A proxy may well be a program of the local person; those it speaks for are not.
    let (Reach::Loopback, Some(connection)) = (reach, connection) else { return Peer::Foreign };
    match (connection.owner(), sender) {
        (Owner::Foreign, _) => Peer::Foreign,
        (Owner::Own, Sender::Program) => Peer::OwnProgram,
        (Owner::Unknown, Sender::Program) => Peer::UnknownLocal,
        // Where the platform cannot tell, appends are open anyway, and a pairing gives no more.
        (Owner::Own | Owner::Unknown, _) => Peer::OwnBrowser,
    }
}

#[cfg(target_os = "linux")]
fn look_up(client: SocketAddr, server: SocketAddr) -> Owner {
    use std::os::unix::fs::MetadataExt;
    if !client.ip().is_loopback() {
        return Owner::Foreign;
    }
    let Ok(own) = std::fs::metadata("/proc/self") else { return Owner::Unknown };
    let mut readable = false;
    // The kernel hands the table out page by page while sockets come and go, so a row can slip
    // through once; not twice in a row in practice.
    for _ in 0..3 {
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            let Ok(text) = std::fs::read_to_string(table) else { continue };
            readable = true;
            if let Some(uid) = uid_of(&text, client, server) {
                return if uid == own.uid() { Owner::Own } else { Owner::Foreign };
            }
        }
    }
    if readable { Owner::Foreign } else { Owner::Unknown }
}

#[cfg(not(target_os = "linux"))]
fn look_up(client: SocketAddr, _server: SocketAddr) -> Owner {
    if client.ip().is_loopback() { Owner::Unknown } else { Owner::Foreign }
}

/// The user who holds the socket from `local` to `remote`, if the table has it.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn uid_of(table: &str, local: SocketAddr, remote: SocketAddr) -> Option<u32> {
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        if address(fields.next()?)? != local || address(fields.next()?)? != remote {
            return None;
        }
        let uid = fields.nth(4)?.parse().ok()?;
        let inode: u64 = fields.nth(1)?.parse().ok()?;
        // A socket whose process has let go of it has no inode and says uid 0 whoever it was.
        (inode != 0).then_some(uid)
    })
}

/// `0100007F:15E0` is 127.0.0.1:5600; IPv4 within IPv6 comes out as IPv4.
fn address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| {
        let hex = address.get(at * 8..at * 8 + 8)?;
        u32::from_str_radix(hex, 16).ok().map(u32::to_ne_bytes)
    };
    let ip = match address.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let mut bytes = [0; 16];
            for (at, chunk) in bytes.chunks_exact_mut(4).enumerate() {
                chunk.copy_from_slice(&word(at)?);
            }
            IpAddr::V6(Ipv6Addr::from(bytes))
        }
        _ => return None,
    };
    Some(plain(SocketAddr::new(ip, port)))
}

/// An address without IPv6 wrapping or scope, so that both tables compare alike.
fn plain(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;

    // Captured on Linux 6.1: a listener, both ends of one connection (uid 1000), a socket its
    // process has closed, and a connection of root's.
    const TCP: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:15E0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 1 0000000000000000 100 0 0 10 0
   1: 0100007F:15E0 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 31338 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:C350 0100007F:15E0 01 00000000:00000000 00:00000000 00000000  1001        0 31339 1 0000000000000000 20 4 0 10 -1
   3: 0100007F:C351 0100007F:15E0 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 20 4 0 10 -1
   4: 0100007F:C352 0100007F:15E0 01 00000000:00000000 00:00000000 00000000     0        0 31340 1 0000000000000000 20 4 0 10 -1
";
    const TCP6: &str = "\
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:C353 00000000000000000000000001000000:15E0 01 00000000:00000000 00:00000000 00000000  1000        0 40001 1 0000000000000000 20 4 0 10 -1
   1: 0000000000000000FFFF00000100007F:C354 0000000000000000FFFF00000100007F:15E0 01 00000000:00000000 00:00000000 00000000  1002        0 40002 1 0000000000000000 20 4 0 10 -1
";

    fn at(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_row_is_the_clients_not_ours() {
        assert_eq!(uid_of(TCP, at("127.0.0.1:50000"), at("127.0.0.1:5600")), Some(1001));
        assert_eq!(uid_of(TCP, at("127.0.0.1:50002"), at("127.0.0.1:5600")), Some(0));
        assert_eq!(uid_of(TCP, at("127.0.0.1:50099"), at("127.0.0.1:5600")), None);
    }

    #[test]
    fn a_socket_nobody_holds_any_more_is_nobodys() {
        assert_eq!(uid_of(TCP, at("127.0.0.1:50001"), at("127.0.0.1:5600")), None);
    }

    #[test]
    fn both_families_are_read() {
        assert_eq!(uid_of(TCP6, at("[::1]:50003"), at("[::1]:5600")), Some(1000));
        assert_eq!(uid_of(TCP6, at("127.0.0.1:50004"), at("127.0.0.1:5600")), Some(1002));
    }

    #[test]
    fn nonsense_is_passed_over() {
        for bad in ["", "x", "0100007F", "0100007F:", "0100007F:XXXX", "01:15E0", "é100007:15E0"] {
            assert_eq!(address(bad), None, "{bad}");
        }
        assert_eq!(uid_of("header\n\n 1: x\n", at("127.0.0.1:1"), at("127.0.0.1:2")), None);
    }

    #[test]
    fn behind_a_proxy_nobody_is_local() {
        let own = Connection::of(Owner::Own);
        assert_eq!(peer(Some(&own), &Sender::Program, Reach::Loopback), Peer::OwnProgram);
        assert_eq!(peer(Some(&own), &Sender::Browser, Reach::Loopback), Peer::OwnBrowser);
        assert_eq!(peer(Some(&own), &Sender::Program, Reach::BehindProxy), Peer::Foreign);
        assert_eq!(peer(None, &Sender::Program, Reach::Loopback), Peer::Foreign);
        let unknown = Connection::of(Owner::Unknown);
        assert_eq!(peer(Some(&unknown), &Sender::Program, Reach::Loopback), Peer::UnknownLocal);
        let foreign = Connection::of(Owner::Foreign);
        assert_eq!(peer(Some(&foreign), &Sender::Program, Reach::Loopback), Peer::Foreign);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_real_connection_of_ours_is_ours() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (server, address) = listener.accept().unwrap();
        assert_eq!(look_up(address, server.local_addr().unwrap()), Owner::Own);
        drop(client);
        assert_eq!(look_up(address, server.local_addr().unwrap()), Owner::Foreign);
    }
}
