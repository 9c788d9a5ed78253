//! What each kind of message does (RFC 2131 §4.3, RFC 951).

use super::request::Request;
use super::{
    Authoritative, BootpSupport, InterfaceId, LeaseAddress, LeaseId, MatchingType, OFFER_TIME, Output,
    Server, ServerConfig, ServerId, Status,
};
use crate::message::{MessageType, code};
use crate::pool::{Owner, PoolId, Pools};
use clock::{Duration, Instant};
use std::net::Ipv4Addr;

/// Addresses that one request passes over because they are leased through another pool.
const MOST_PASSED_OVER: usize = 256;

impl Server {
    pub(super) fn packet(
        &mut self,
        now: Instant,
        request: Request,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) {
        if request.message.reply {
            return;
        }
        let Some(server) = self.choose(&request) else { return };
        self.log_received(server, &request, out);
        let Some(config) = self.servers.get(&server) else { return };
        let waited = Duration::from_secs(u64::from(request.message.secs));
        if config.delay_threshold.is_some_and(|threshold| waited < threshold) {
            return;
        }
        match (request.message.option(code::MESSAGE_TYPE), request.message.message_type()) {
            (None, _) => self.bootp(now, server, request, pools, out),
            (_, Some(MessageType::Discover)) => self.discover(now, server, request, pools, out),
            (_, Some(MessageType::Request)) => self.request(now, server, &request, pools, out),
            (_, Some(MessageType::Decline)) => self.decline(now, server, &request, out),
            (_, Some(MessageType::Release)) => self.release(now, server, &request, pools, out),
            (_, Some(MessageType::Inform)) => self.inform(server, &request, out),
            // Offer, Ack and Nak are for clients; an unknown type is for nobody.
            (_, Some(MessageType::Offer | MessageType::Ack | MessageType::Nak) | None) => {}
        }
    }

    /// The server that answers: by interface and relay. A client behind a relay renews by unicast, without `giaddr`;
    /// the server that holds its lease takes that.
    fn choose(&self, request: &Request) -> Option<ServerId> {
        let (giaddr, ciaddr) = (request.message.giaddr, request.message.ciaddr);
        let on_interface = |relay: Ipv4Addr| {
            let mut servers = self.servers.iter();
            servers.find(|(_, s)| s.interface == request.interface && s.relay == relay).map(|(id, _)| *id)
        };
        if !giaddr.is_unspecified() {
            return on_interface(giaddr).or_else(|| on_interface(Ipv4Addr::BROADCAST));
        }
        let holder = self.leases.at(ciaddr).and_then(|lease| lease.server).filter(|id| {
            !ciaddr.is_unspecified() && self.servers.get(id).is_some_and(|s| s.interface == request.interface)
        });
        holder.or_else(|| on_interface(Ipv4Addr::UNSPECIFIED))
    }

    /// Whether this server goes by `address` (option 54 of a client's message).
    fn is_own_id(&self, server: ServerId, address: Ipv4Addr) -> bool {
        self.servers.get(&server).is_some_and(|config| {
            config.server_address == address || config.addresses.iter().any(|own| own.addr() == address)
        })
    }

    fn find(&self, server: ServerId, request: &Request) -> Option<&super::Lease> {
        let key = request.key(self.servers.get(&server)?.identifiers);
        self.leases.find(server, &key, request)
    }

    fn discover(
        &mut self,
        now: Instant,
        server: ServerId,
        request: Request,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) {
        let Some(lease) = self.find(server, &request) else {
            return self.new_dynamic(now, server, request, pools, out);
        };
        let (id, status) = (lease.id, lease.status);
        if lease.is_blocked() {
            return;
        }
        match status {
            Status::Waiting => self.claim_static(now, server, id, request, pools, out),
            Status::Testing | Status::Authorizing => {
                self.leases.change(id, |lease| lease.pending = Some(Box::new(request)));
            }
            Status::Offered | Status::Bound => self.offer(now, server, id, Some(status), &request, out),
            Status::Declined | Status::Conflict => {}
        }
    }

    /// Takes a static lease's address for a client that appeared, then goes on as for any new lease.
    fn claim_static(
        &mut self,
        now: Instant,
        server: ServerId,
        id: LeaseId,
        request: Request,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) {
        if self.occupy_static(server, id, &request, pools, out).is_some() {
            self.leases.change(id, |lease| lease.pending = Some(Box::new(request)));
            self.authorize_or_proceed(now, server, id, Some(Status::Waiting), out);
        }
    }

    /// Gives a waiting static lease its address. `None` when another client holds it or the pool is empty.
    pub(super) fn occupy_static(
        &mut self,
        server: ServerId,
        id: LeaseId,
        request: &Request,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) -> Option<Ipv4Addr> {
        let configured = self.leases.get(id)?.configured.as_ref()?;
        let info = request.message.mac().to_string();
        let default_pool = self.servers.get(&server)?.pool;
        let (pool, address) = match configured.address {
            LeaseAddress::Address(address) => {
                if self.leases.at(address).is_some_and(|other| other.id != id) {
                    return None;
                }
                (default_pool.and_then(|pool| pools.take_exact(pool, address, Owner::Dhcp, &info)), address)
            }
            LeaseAddress::Pool(pool) => self.take_from(server, pool, &info, pools, out)?,
            LeaseAddress::ServerPool => self.take_from(server, default_pool?, &info, pools, out)?,
        };
        self.leases.change(id, |lease| {
            lease.pool = pool;
            lease.address = Some(address);
            lease.server = Some(server);
            lease.note_client(request);
        });
        Some(address)
    }

    fn take_from(
        &self,
        server: ServerId,
        pool: PoolId,
        info: &str,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) -> Option<(Option<PoolId>, Ipv4Addr)> {
        let taken = pools.take(pool, Owner::Dhcp, info);
        if taken.is_none() {
            self.log_empty(server, pool, pools, out);
        }
        taken.map(|(pool, address)| (Some(pool), address))
    }

    /// A client without a lease: choose an address, make a row, probe or offer it.
    fn new_dynamic(
        &mut self,
        now: Instant,
        server: ServerId,
        request: Request,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) {
        let Some(config) = self.servers.get(&server) else { return };
        let mac = request.message.mac();
        let Some(pool) = self.matched(server, &request).and_then(|m| m.pool).or(config.pool) else { return };
        if config.client_mac_limit.is_some_and(|limit| self.leases.count_of(server, mac) >= limit) {
            return;
        }
        let Some((pool, address)) = self.choose_address(server, pool, &request, pools, out) else { return };
        let Some((source, config)) = self.identify(server, address) else {
            return pools.give_back(pool, address);
        };
        let (interface, probe) = (config.interface, config.conflict_detection);
        let key = request.key(config.identifiers);
        let id = self.insert_dynamic(now, server, key, (pool, address), request);
        if probe {
            self.set_status(id, Status::Testing, None, out);
            self.expire_at(id, Some(now + super::PROBE_TIME));
            out.push(Output::Probe { interface, address, source });
        } else {
            self.authorize_or_proceed(now, server, id, None, out);
        }
    }

    /// Takes an address for a new client: its old one, the one it asks for, else the highest free one. An address
    /// that is leased already (pools may overlap, or be made anew) is passed over.
    fn choose_address(
        &self,
        server: ServerId,
        pool: PoolId,
        request: &Request,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) -> Option<(PoolId, Ipv4Addr)> {
        let info = request.message.mac().to_string();
        let remembered = pools.remembered(pool, Owner::Dhcp, &info);
        let wanted = [remembered, request.message.address_option(code::REQUESTED_IP)];
        let wanted = wanted
            .into_iter()
            .flatten()
            .find(|address| self.leases.at(*address).is_none() && pools.is_free(pool, *address));
        if let Some(address) = wanted {
            return Some((pools.take_exact(pool, address, Owner::Dhcp, &info)?, address));
        }
        let mut passed_over = Vec::new();
        let mut taken = None;
        while passed_over.len() < MOST_PASSED_OVER {
            let Some((Some(pool), address)) = self.take_from(server, pool, &info, pools, out) else { break };
            if self.leases.at(address).is_none() {
                taken = Some((pool, address));
                break;
            }
            passed_over.push((pool, address));
        }
        for (pool, address) in passed_over {
            pools.give_back(pool, address);
        }
        taken
    }

    /// The matcher that a request meets: the first exact one, else one of the substring ones, drawn.
    pub(super) fn matched(&self, server: ServerId, request: &Request) -> Option<&super::Matcher> {
        let hits = || {
            self.matchers.iter().filter(|matcher| {
                let data = request.message.option(matcher.code).unwrap_or_default();
                matcher.server.is_none_or(|wanted| wanted == server)
                    && match matcher.matching_type {
                        MatchingType::Exact => data == matcher.value,
                        MatchingType::Substring => {
                            !matcher.value.is_empty()
                                && data.windows(matcher.value.len()).any(|part| part == matcher.value)
                        }
                    }
            })
        };
        hits().find(|matcher| matcher.matching_type == MatchingType::Exact).or_else(|| {
            let count = hits().count() as u64;
            hits().nth(request.random.checked_rem(count)? as usize)
        })
    }

    /// REQUEST: selecting, init-reboot, renewing, rebinding (RFC 2131 §4.3.2). They differ in how the wanted address
    /// and the server are named; what is checked is the same: this client holds this address here.
    fn request(
        &mut self,
        now: Instant,
        server: ServerId,
        request: &Request,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) {
        let chosen = request.message.address_option(code::SERVER_ID);
        if chosen.is_some_and(|chosen| !self.is_own_id(server, chosen)) {
            return self.chose_other(now, server, request, pools, out);
        }
        let ciaddr = Some(request.message.ciaddr).filter(|address| !address.is_unspecified());
        let Some(wanted) = request.message.address_option(code::REQUESTED_IP).or(ciaddr) else { return };
        let Some(lease) = self.find(server, request) else { return self.refuse(server, request, out) };
        let (id, status, address) = (lease.id, lease.status, lease.address);
        if lease.is_blocked() {
            return;
        }
        let static_address = lease.configured.as_ref().map(|configured| configured.address);
        let granted = match status {
            Status::Offered | Status::Bound => address == Some(wanted),
            // A static lease whose client comes back, or that moved here from another server.
            Status::Waiting if static_address == Some(LeaseAddress::Address(wanted)) => {
                self.occupy_static(server, id, request, pools, out).is_some()
            }
            _ => false,
        };
        if granted {
            self.log_offered_to_me(server, status, out);
            self.bind(now, server, id, Some(status), request, out);
        } else {
            self.refuse(server, request, out);
        }
    }

    /// The client took another server's offer: ours ends silently.
    fn chose_other(
        &mut self,
        now: Instant,
        server: ServerId,
        request: &Request,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) {
        let offered = self.find(server, request).filter(|lease| lease.status == Status::Offered);
        if let Some(id) = offered.map(|lease| lease.id) {
            self.end(now, id, pools, out);
        }
    }

    /// NAK, as `authoritative` says.
    fn refuse(&self, server: ServerId, request: &Request, out: &mut Vec<Output>) {
        let Some(config) = self.servers.get(&server) else { return };
        let patience = match config.authoritative {
            Authoritative::No => return,
            Authoritative::Yes => 0,
            Authoritative::After2Seconds => 2,
            Authoritative::After10Seconds => 10,
        };
        if request.message.secs >= patience {
            self.send_nak(server, request, out);
        }
    }

    fn decline(&mut self, now: Instant, server: ServerId, request: &Request, out: &mut Vec<Output>) {
        if request.message.address_option(code::SERVER_ID).is_some_and(|id| !self.is_own_id(server, id)) {
            return;
        }
        let declined = request.message.address_option(code::REQUESTED_IP);
        let Some(lease) = self.find(server, request) else { return };
        if lease.address.is_none()
            || lease.address != declined
            || !matches!(lease.status, Status::Offered | Status::Bound)
        {
            return;
        }
        let id = lease.id;
        self.log_declined(id, out);
        self.park(now, id, Status::Declined, out);
    }

    fn release(
        &mut self,
        now: Instant,
        server: ServerId,
        request: &Request,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) {
        if request.message.address_option(code::SERVER_ID).is_some_and(|id| !self.is_own_id(server, id)) {
            return;
        }
        let held = self
            .find(server, request)
            .filter(|lease| lease.status == Status::Bound && lease.address == Some(request.message.ciaddr));
        if let Some(id) = held.map(|lease| lease.id) {
            self.end(now, id, pools, out);
        }
    }

    /// Plain BOOTP: one request, one reply, no offer.
    fn bootp(
        &mut self,
        now: Instant,
        server: ServerId,
        request: Request,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) {
        let Some(support) = self.servers.get(&server).map(|config| config.bootp_support) else { return };
        let found = self.find(server, &request);
        let allowed = match support {
            BootpSupport::None => false,
            BootpSupport::Static => found.is_some_and(|lease| !lease.is_dynamic()),
            BootpSupport::Dynamic => true,
        };
        if !allowed {
            return;
        }
        match found.map(|lease| (lease.id, lease.status, lease.is_blocked())) {
            Some((_, _, true)) => {}
            Some((id, status @ (Status::Offered | Status::Bound), _)) => {
                self.bind(now, server, id, Some(status), &request, out);
            }
            _ => self.discover(now, server, request, pools, out),
        }
    }

    /// Offers a lease that was in state `from` (`None` = its row is new).
    pub(super) fn offer(
        &mut self,
        now: Instant,
        server: ServerId,
        id: LeaseId,
        from: Option<Status>,
        request: &Request,
        out: &mut Vec<Output>,
    ) {
        self.leases.change(id, |lease| {
            lease.offers += 1;
            lease.last_seen = Some(now);
            lease.pending = None;
            lease.note_client(request);
        });
        if !matches!(from, Some(Status::Offered | Status::Bound)) {
            self.expire_at(id, Some(now + OFFER_TIME));
            self.set_status(id, Status::Offered, from, out);
        }
        self.send_lease(server, id, MessageType::Offer, request, out);
    }

    /// The server identifier for a lease of `address`, and the server's settings. `None` when the interface has no
    /// address: such a server cannot answer.
    pub(super) fn identify(&self, server: ServerId, address: Ipv4Addr) -> Option<(Ipv4Addr, &ServerConfig)> {
        let config = self.servers.get(&server)?;
        if !config.server_address.is_unspecified() {
            return Some((config.server_address, config));
        }
        let inside = config.addresses.iter().find(|own| own.contains(&address));
        Some((inside.or_else(|| config.addresses.first())?.addr(), config))
    }

    pub(super) fn interface(&self, server: ServerId) -> Option<InterfaceId> {
        self.servers.get(&server).map(|config| config.interface)
    }
}
