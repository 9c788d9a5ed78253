//! Changes of a lease's state: each in one function, so that timers, pools, rows and log lines stay together.

use super::lease::Lease;
use super::request::{ClientKey, Request};
use super::{BootpLeaseTime, LeaseId, Output, PROBE_TIME, Server, ServerId, Status};
use crate::message::{MessageType, code};
use crate::pool::{PoolId, Pools};
use clock::{Duration, Instant};
use std::net::Ipv4Addr;

impl Lease {
    /// Takes over what a client says about itself.
    pub(super) fn note_client(&mut self, request: &Request) {
        self.mac = Some(request.message.mac());
        self.src_mac = Some(request.src_mac);
        self.client_id = request.client_id.clone();
        self.host_name = request.message.text_option(code::HOST_NAME).unwrap_or_default();
        self.class_id = request.message.text_option(code::CLASS_ID).unwrap_or_default();
        // A renewal goes past the relay and has no option 82; what the relay said stays.
        if request.circuit_id.is_some() || request.remote_id.is_some() {
            self.agent_circuit_id = request.circuit_id.clone();
            self.agent_remote_id = request.remote_id.clone();
        }
    }

    fn forget_client(&mut self) {
        self.mac = None;
        self.src_mac = None;
        self.client_id = None;
        self.host_name.clear();
        self.class_id.clear();
        self.agent_circuit_id = None;
        self.agent_remote_id = None;
    }
}

impl Server {
    pub(super) fn insert_dynamic(
        &mut self,
        now: Instant,
        server: ServerId,
        key: ClientKey,
        (pool, address): (PoolId, Ipv4Addr),
        request: Request,
    ) -> LeaseId {
        let mut lease = Lease {
            id: LeaseId(0),
            configured: None,
            status: Status::Testing,
            server: Some(server),
            address: Some(address),
            mac: None,
            client_id: None,
            src_mac: None,
            host_name: String::new(),
            class_id: String::new(),
            agent_circuit_id: None,
            agent_remote_id: None,
            expires: None,
            last_seen: Some(now),
            since: now,
            radius: false,
            pool: Some(pool),
            offers: 0,
            pending: None,
            key: Some(key),
        };
        lease.note_client(&request);
        lease.pending = Some(Box::new(request));
        self.leases.insert(lease)
    }

    pub(super) fn expire_at(&mut self, id: LeaseId, at: Option<Instant>) {
        match at {
            Some(at) => self.timers.set(id, at),
            None => {
                self.timers.stop(&id);
            }
        }
        self.leases.change(id, |lease| lease.expires = at);
    }

    /// Sets the state and tells the device.
    pub(super) fn set_status(
        &mut self,
        id: LeaseId,
        to: Status,
        from: Option<Status>,
        out: &mut Vec<Output>,
    ) {
        self.leases.change(id, |lease| lease.status = to);
        self.changed(id, from, out);
    }

    pub(super) fn changed(&self, id: LeaseId, from: Option<Status>, out: &mut Vec<Output>) {
        if let Some(lease) = self.leases.get(id) {
            out.push(Output::LeaseChanged { lease: Box::new(lease.clone()), from, to: Some(lease.status) });
        }
    }

    /// A lease with an address and a pending request: ask RADIUS, or answer.
    pub(super) fn authorize_or_proceed(
        &mut self,
        now: Instant,
        server: ServerId,
        id: LeaseId,
        from: Option<Status>,
        out: &mut Vec<Output>,
    ) {
        if self.servers.get(&server).is_some_and(|config| config.use_radius) {
            self.expire_at(id, None);
            self.set_status(id, Status::Authorizing, from, out);
            out.push(Output::Authorize { lease: id });
            return;
        }
        self.proceed(now, server, id, from, out);
    }

    /// Answers the pending request of a lease: an offer, or a BOOTP reply.
    fn proceed(
        &mut self,
        now: Instant,
        server: ServerId,
        id: LeaseId,
        from: Option<Status>,
        out: &mut Vec<Output>,
    ) {
        let Some(request) = self.leases.change(id, |lease| lease.pending.take()).flatten() else { return };
        if request.message.option(code::MESSAGE_TYPE).is_some() {
            self.offer(now, server, id, from, &request, out);
        } else {
            self.bind(now, server, id, from, &request, out);
        }
    }

    pub(super) fn authorized(
        &mut self,
        now: Instant,
        id: LeaseId,
        accept: bool,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) {
        let Some(lease) = self.leases.get(id).filter(|lease| lease.status == Status::Authorizing) else {
            return;
        };
        let Some(server) = lease.server else { return };
        if !accept {
            return self.end(now, id, pools, out);
        }
        self.leases.change(id, |lease| lease.radius = true);
        self.proceed(now, server, id, Some(Status::Authorizing), out);
    }

    /// Somebody uses an address that is being probed: it is parked, and the client stays without an answer (manual:
    /// "the client will try again shortly").
    pub(super) fn probe_answered(&mut self, now: Instant, address: Ipv4Addr, out: &mut Vec<Output>) {
        let Some(lease) = self.leases.at(address) else { return };
        let (id, status, expires) = (lease.id, lease.status, lease.expires);
        match status {
            Status::Testing => self.park(now, id, Status::Conflict, out),
            // `check-status`: still in use.
            Status::Declined | Status::Conflict if expires.is_some_and(|at| at.since(now) <= PROBE_TIME) => {
                let time = self.lease_time(id);
                self.expire_at(id, Some(now + time));
            }
            _ => {}
        }
    }

    /// Keeps an address from everybody for the lease time.
    pub(super) fn park(&mut self, now: Instant, id: LeaseId, status: Status, out: &mut Vec<Output>) {
        let Some(from) = self.leases.get(id).map(|lease| lease.status) else { return };
        let time = self.lease_time(id);
        self.leases.change(id, |lease| {
            lease.key = None;
            lease.pending = None;
            lease.offers = 0;
            lease.last_seen = Some(now);
        });
        self.expire_at(id, Some(now + time));
        self.set_status(id, status, Some(from), out);
    }

    fn lease_time(&self, id: LeaseId) -> Duration {
        let Some(lease) = self.leases.get(id) else { return Duration::ZERO };
        let own = lease.configured.as_ref().and_then(|configured| configured.lease_time);
        let servers = lease.server.and_then(|server| self.servers.get(&server));
        own.or_else(|| servers.map(|config| config.lease_time)).unwrap_or(Duration::ZERO)
    }

    /// When a lease that is bound now ends; `None` = never.
    fn end_of_lease(
        &self,
        now: Instant,
        server: ServerId,
        id: LeaseId,
        request: &Request,
    ) -> Option<Instant> {
        let time = self.lease_time(id);
        if request.message.option(code::MESSAGE_TYPE).is_some() {
            return Some(now + time);
        }
        match self.servers.get(&server)?.bootp_lease_time {
            BootpLeaseTime::Forever => None,
            BootpLeaseTime::LeaseTime => Some(now + time),
            BootpLeaseTime::Time(time) => Some(now + time),
        }
    }

    /// Binds a lease that was in state `from` (`None` = its row is new), or renews it, and acknowledges.
    pub(super) fn bind(
        &mut self,
        now: Instant,
        server: ServerId,
        id: LeaseId,
        from: Option<Status>,
        request: &Request,
        out: &mut Vec<Output>,
    ) {
        let ends = self.end_of_lease(now, server, id, request);
        let Some(mac) = self.leases.change(id, |lease| {
            let mac = lease.mac;
            lease.note_client(request);
            lease.server = Some(server);
            lease.status = Status::Bound;
            lease.last_seen = Some(now);
            lease.offers = 0;
            lease.pending = None;
            if from != Some(Status::Bound) {
                lease.since = now;
            }
            mac
        }) else {
            return;
        };
        self.expire_at(id, ends);
        if from != Some(Status::Bound) || mac != Some(request.message.mac()) {
            self.log_assigned(id, out);
            self.changed(id, from, out);
        }
        self.send_lease(server, id, MessageType::Ack, request, out);
    }

    /// A deadline of a lease has come.
    pub(super) fn run_out(&mut self, now: Instant, id: LeaseId, pools: &mut Pools, out: &mut Vec<Output>) {
        let Some(lease) = self.leases.get(id) else { return };
        let server = lease.server;
        match (lease.status, server) {
            (Status::Testing, Some(server)) => {
                self.expire_at(id, None);
                self.authorize_or_proceed(now, server, id, Some(Status::Testing), out);
            }
            (Status::Offered, _) => {
                self.log_no_success(id, out);
                self.end(now, id, pools, out);
            }
            _ => self.end(now, id, pools, out),
        }
    }

    /// Ends whatever a lease is in: a dynamic one goes, a static one waits; the address is free.
    pub(super) fn end(&mut self, now: Instant, id: LeaseId, pools: &mut Pools, out: &mut Vec<Output>) {
        let Some(lease) = self.leases.get(id).cloned() else { return };
        self.timers.stop(&id);
        if lease.status == Status::Bound {
            self.log_deassigned(id, out);
        }
        if let (Some(pool), Some(address)) = (lease.pool, lease.address) {
            pools.give_back(pool, address);
        }
        let from = lease.status;
        let to = if lease.is_dynamic() {
            self.leases.remove(id);
            None
        } else {
            self.leases.change(id, |lease| {
                lease.status = Status::Waiting;
                lease.address = None;
                lease.server = None;
                lease.pool = None;
                lease.expires = None;
                lease.pending = None;
                lease.offers = 0;
                lease.radius = false;
                lease.since = now;
                lease.forget_client();
            });
            Some(Status::Waiting)
        };
        if Some(from) != to {
            out.push(Output::LeaseChanged { lease: Box::new(lease), from: Some(from), to });
        }
    }
}
