//! Jobs and flows of a host: what starts them, runs them and asks for their results.

use crate::command::Program;
use crate::command::ping::{IcmpError, Reply};
use crate::flow::local;
use crate::shell::{Job, JobId, JobResult, Script, parse};
use crate::udp_flow::{Flow, FlowId, FlowStats, SinkStats, UdpFlow};
use crate::{Cx, Drop, Host};
use clock::Instant;
use core::net::Ipv4Addr;
use sim::Context;
use wire::arp;

impl Host {
    /// Runs a command line (`ip addr add 10.0.0.1/24 dev eth1 && ping -c 3 10.0.0.2`) as a job. What can be done at once
    /// is done before this returns; programs that wait go on in virtual time. Quotes, `;`, `&&`, `||`, `|`, `&`, `!`,
    /// `$NAME` and redirections are those of `sh`.
    pub fn spawn(&mut self, cx: &mut Context<'_, Drop>, line: &str) -> JobId {
        let script = match parse::parse(line) {
            Ok(list) => Script::new(list),
            Err(message) => Script::refused(&message),
        };
        let id = self.start_job(script, false);
        self.settle(cx);
        id
    }

    /// The result of a job; `None` while it runs, or when there is no such job.
    #[must_use]
    pub fn job(&self, id: JobId) -> Option<JobResult> {
        let job = self.jobs.get(&id)?;
        let exit = job.exit?;
        let (stdout, stderr) = job.script.output();
        Some(JobResult { exit, stdout, stderr })
    }

    /// What a job has printed so far on standard output and standard error, running or not.
    #[must_use]
    pub fn job_output(&self, id: JobId) -> Option<(String, String)> {
        self.jobs.get(&id).map(|job| job.script.output())
    }

    /// Takes the result of a finished job and forgets the job.
    pub fn take_job(&mut self, id: JobId) -> Option<JobResult> {
        let result = self.job(id)?;
        self.jobs.remove(&id);
        Some(result)
    }

    /// Ctrl-C: `ping` prints its statistics, other programs end with status 130. The list of the job ends with it.
    pub fn interrupt(&mut self, cx: &mut Context<'_, Drop>, id: JobId) {
        if let Some(job) = self.jobs.get_mut(&id).filter(|job| job.exit.is_none()) {
            let ends = job.script.program().is_none_or(|(program, _)| program.interrupt());
            if ends {
                job.exit = Some(130);
            }
            self.jobs_ready = true;
        }
        self.settle(cx);
    }

    pub(crate) fn start_job(&mut self, script: Script, detached: bool) -> JobId {
        let id = JobId(self.next_job);
        self.next_job += 1;
        self.jobs.insert(id, Job { script, exit: None, detached });
        self.jobs_ready = true;
        id
    }

    /// Lets every job go on as far as it can, in the order in which they were started.
    pub(crate) fn run_jobs(&mut self, cx: &mut Cx<'_>) {
        while core::mem::take(&mut self.jobs_ready) {
            let ids: Vec<JobId> =
                self.jobs.iter().filter(|(_, job)| job.exit.is_none()).map(|(id, _)| *id).collect();
            for id in ids {
                let Some(mut job) = self.jobs.remove(&id) else { continue };
                job.exit = job.script.advance(self, cx).map(|status| status & 0xff);
                if job.exit.is_none() || !job.detached {
                    self.jobs.insert(id, job);
                }
            }
        }
    }

    /// Hands an echo reply to the `ping` with this identifier; false when there is none.
    pub(crate) fn echo_reply(&mut self, now: Instant, id: u16, reply: &Reply<'_>) -> bool {
        for job in self.jobs.values_mut() {
            if let Some((Program::Ping(ping), io)) = job.script.program()
                && ping.id() == id
            {
                ping.on_reply(now, reply, io);
                self.jobs_ready = true;
                return true;
            }
        }
        false
    }

    /// Hands an ICMP error to the `ping` whose request it quotes.
    pub(crate) fn echo_error(&mut self, id: u16, error: &IcmpError) {
        for job in self.jobs.values_mut() {
            if let Some((Program::Ping(ping), io)) = job.script.program()
                && ping.id() == id
            {
                ping.on_error(error, io);
                self.jobs_ready = true;
            }
        }
    }

    /// Shows an ARP packet to every `arping`.
    pub(crate) fn heard_arp(&mut self, now: Instant, index: usize, packet: &arp::Repr) {
        for job in self.jobs.values_mut() {
            if let Some((Program::Arping(arping), io)) = job.script.program() {
                arping.heard(now, index, packet, io);
                self.jobs_ready = true;
            }
        }
    }

    /// Starts a UDP flow. Its first datagrams leave before this returns.
    pub fn start_udp_flow(&mut self, cx: &mut Context<'_, Drop>, flow: UdpFlow) -> FlowId {
        let id = FlowId(self.flows.len() as u32);
        self.flows.push(Flow::new(flow, cx.now()));
        self.flows_ready = true;
        self.settle(cx);
        id
    }

    /// Counters of a flow.
    #[must_use]
    pub fn udp_flow(&self, id: FlowId) -> Option<FlowStats> {
        self.flows.get(id.0 as usize).map(|flow| flow.stats)
    }

    /// Opens a UDP port that counts what arrives, and with `echo` sends it back to where it came from.
    pub fn open_udp_sink(&mut self, port: u16, echo: bool) {
        self.sinks.entry(port).or_default().echo = echo;
    }

    /// Counters of the sink on `port`.
    #[must_use]
    pub fn udp_sink(&self, port: u16) -> Option<SinkStats> {
        self.sinks.get(&port).map(|sink| sink.stats)
    }

    /// Sends what the flows have due.
    pub(crate) fn run_flows(&mut self, cx: &mut Cx<'_>) {
        for i in 0..self.flows.len() {
            let now = cx.now();
            let Some(flow) = self.flows.get_mut(i) else { return };
            let due = flow.take_due(now);
            let (spec, mut number) = (flow.spec.clone(), flow.stats.sent + flow.stats.refused);
            for _ in 0..due {
                let sent = self.send_numbered(cx, &spec, number);
                number += 1;
                let Some(flow) = self.flows.get_mut(i) else { return };
                if sent {
                    flow.stats.sent += 1;
                } else {
                    flow.stats.refused += 1;
                }
            }
        }
    }

    fn send_numbered(&mut self, cx: &mut Cx<'_>, spec: &UdpFlow, number: u64) -> bool {
        const SMALL: usize = 256;
        let len = usize::from(spec.payload_len);
        let send = |host: &mut Self, cx: &mut Cx<'_>, payload: &mut [u8]| {
            if let Some(place) = payload.first_chunk_mut::<8>() {
                *place = number.to_be_bytes();
            }
            let (to, port) = (spec.destination, spec.destination_port);
            local::send_udp(host, cx, Ipv4Addr::UNSPECIFIED, spec.source_port, to, port, payload)
        };
        match [0; SMALL].get_mut(..len) {
            Some(payload) => send(self, cx, payload),
            None => send(self, cx, &mut vec![0; len]),
        }
    }
}
