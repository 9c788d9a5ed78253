//! [`Table`]: the compiled rules of one menu, and the walk of a packet through a chain.
//!
//! The rules of a chain lie next to each other. For each rule the walk compares words ([`crate::quick`]); only when they
//! agree it asks the other matchers, in the documented order, so that counting matchers are touched only when all
//! else holds. The compiled rules are shared between forks of a world; counters and matcher state are not.

use crate::action::{Action, Effects, ListAddition, LogEntry, Verdict};
use crate::address_list::{ListId, ListTimeout, Touched};
use crate::matcher::{self, Environment, Matcher, State, Test};
use crate::packet::PacketKey;
use crate::quick::Quick;
use crate::rule::{ChainId, Rule, RuleId};
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Jumps that may be open at once; one more drops the packet (as Linux does when its stack is full).
pub const MAX_JUMPS: usize = 64;

/// What a rule has matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Packets.
    pub packets: u64,
    /// Bytes: IP total length.
    pub bytes: u64,
}

/// One rule that [`Table::explain`] came past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The rule.
    pub rule: RuleId,
    /// The chain in which it stands.
    pub chain: ChainId,
    /// The property of the first matcher that failed; `None` = the rule matched.
    pub failed: Option<&'static str>,
}

#[derive(Clone, Debug)]
struct CompiledMatcher {
    matcher: Matcher,
    /// Index of its state, where it keeps any.
    state: Option<u32>,
}

#[derive(Clone, Debug)]
struct Compiled {
    id: RuleId,
    chain: ChainId,
    action: Action,
    log: bool,
    /// Matchers that the words do not say, in the documented order.
    rest: Box<[CompiledMatcher]>,
    /// All matchers, in the documented order, for `explain`.
    all: Box<[CompiledMatcher]>,
}

/// The part that does not change from packet to packet.
#[derive(Debug, Default)]
struct Program {
    quick: Vec<Quick>,
    rules: Vec<Compiled>,
    /// Rules of each chain, by chain number.
    chains: Vec<Range<u32>>,
    by_id: BTreeMap<RuleId, u32>,
    uses_src_type: bool,
    uses_dst_type: bool,
}

/// The compiled rules of one menu with their counters.
#[derive(Clone, Debug, Default)]
pub struct Table {
    program: Arc<Program>,
    counters: Vec<Counters>,
    states: Vec<State>,
}

/// Sees each rule that the walk comes past. `()` sees nothing and costs nothing.
trait Watch {
    const ON: bool;
    fn visit(&mut self, visit: Visit);
}

impl Watch for () {
    const ON: bool = false;
    fn visit(&mut self, _: Visit) {}
}

impl Watch for Vec<Visit> {
    const ON: bool = true;
    fn visit(&mut self, visit: Visit) {
        self.push(visit);
    }
}

/// What the walk does after a rule matched.
enum Next {
    Rule,
    Jump(ChainId),
    Return,
    End(Verdict),
}

impl Table {
    /// Replaces the rules. Rules of one chain are walked in the order of `rules`. Counters stay with their
    /// [`RuleId`]; state of a matcher (tokens, nth, …) stays when the rule still has the same matcher.
    pub fn replace(&mut self, rules: &[Rule]) {
        let mut order: Vec<&Rule> = rules.iter().collect();
        order.sort_by_key(|rule| rule.chain);
        let mut program = Program::default();
        let (mut counters, mut states) = (Vec::new(), Vec::new());
        for rule in order {
            let index = program.rules.len() as u32;
            let chain = usize::from(rule.chain.0);
            if program.chains.len() <= chain {
                program.chains.resize(chain + 1, 0..0);
            }
            if let Some(range) = program.chains.get_mut(chain) {
                *range = if range.start == range.end { index..index + 1 } else { range.start..index + 1 };
            }
            counters.push(self.counters(rule.id).unwrap_or_default());
            let (quick, compiled) = self.compile(rule, &mut states);
            for CompiledMatcher { matcher, .. } in &compiled.all {
                program.uses_src_type |= matches!(matcher.test, Test::SrcAddressType(_));
                program.uses_dst_type |= matches!(matcher.test, Test::DstAddressType(_));
            }
            program.by_id.insert(rule.id, index);
            program.quick.push(quick);
            program.rules.push(compiled);
        }
        *self = Self { program: Arc::new(program), counters, states };
    }

    fn compile(&self, rule: &Rule, states: &mut Vec<State>) -> (Quick, Compiled) {
        let mut matchers: Vec<&Matcher> = rule.matchers.iter().collect();
        matchers.sort_by_key(|matcher| matcher.test.rank());
        let mut quick = Quick::default();
        let (mut rest, mut all) = (Vec::new(), Vec::new());
        for matcher in matchers {
            let folded = quick.fold(matcher);
            let state = State::of(&matcher.test).map(|fresh| {
                states.push(self.kept_state(rule.id, all.len(), &matcher.test).unwrap_or(fresh));
                states.len() as u32 - 1
            });
            let compiled = CompiledMatcher { matcher: matcher.clone(), state };
            if !folded {
                rest.push(compiled.clone());
            }
            all.push(compiled);
        }
        let (rest, all) = (rest.into_boxed_slice(), all.into_boxed_slice());
        (quick, Compiled { id: rule.id, chain: rule.chain, action: rule.action, log: rule.log, rest, all })
    }

    /// State that the rule's same matcher had before; preferably the one in the same place.
    fn kept_state(&self, rule: RuleId, place: usize, test: &Test) -> Option<State> {
        let old = self.program.rules.get(*self.program.by_id.get(&rule)? as usize)?;
        let same = |asked: &&CompiledMatcher| asked.matcher.test == *test;
        let matcher = old.all.get(place).filter(same).or_else(|| old.all.iter().find(same))?;
        self.states.get(matcher.state? as usize).cloned()
    }

    /// True when some rule tests `src-address-type`: the device must call [`PacketKey::set_src_type`].
    #[must_use]
    #[inline]
    pub fn uses_src_type(&self) -> bool {
        self.program.uses_src_type
    }

    /// True when some rule tests `dst-address-type`: the device must call [`PacketKey::set_dst_type`].
    #[must_use]
    #[inline]
    pub fn uses_dst_type(&self) -> bool {
        self.program.uses_dst_type
    }

    /// True when the table has no rule at all.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.program.rules.is_empty()
    }

    /// True when `chain` has no rule: a built-in chain then accepts everything and need not be walked.
    #[must_use]
    #[inline]
    pub fn is_chain_empty(&self, chain: ChainId) -> bool {
        self.range(chain).is_empty()
    }

    /// What a rule has matched; `None` for a rule that is not in the table.
    #[must_use]
    pub fn counters(&self, rule: RuleId) -> Option<Counters> {
        self.counters.get(*self.program.by_id.get(&rule)? as usize).copied()
    }

    /// `reset-counters`.
    pub fn reset_counters(&mut self, rule: RuleId) {
        let index = self.program.by_id.get(&rule).map(|index| *index as usize);
        if let Some(counters) = index.and_then(|index| self.counters.get_mut(index)) {
            *counters = Counters::default();
        }
    }

    /// `reset-counters-all`.
    pub fn reset_all_counters(&mut self) {
        self.counters.fill(Counters::default());
    }

    /// Walks `packet` (from its IPv4 header on) through the built-in chain `chain`. Marks that rules set are written to
    /// `key`, so that later rules see them; `effects` is appended to.
    #[inline]
    pub fn traverse(
        &mut self,
        chain: ChainId,
        key: &mut PacketKey,
        packet: &[u8],
        env: &mut Environment<'_>,
        effects: &mut Effects,
    ) -> Verdict {
        self.walk(chain, key, packet, env, effects, &mut ())
    }

    /// As [`traverse`](Self::traverse) with the same effects on the state, and appends each rule that the packet came
    /// past with the first matcher that failed. Slow; for the one packet that a person asks about.
    #[cold]
    pub fn explain(
        &mut self,
        chain: ChainId,
        key: &mut PacketKey,
        packet: &[u8],
        env: &mut Environment<'_>,
        effects: &mut Effects,
        visits: &mut Vec<Visit>,
    ) -> Verdict {
        self.walk(chain, key, packet, env, effects, visits)
    }

    #[inline]
    fn range(&self, chain: ChainId) -> Range<usize> {
        let range = self.program.chains.get(usize::from(chain.0)).cloned().unwrap_or_default();
        range.start as usize..range.end as usize
    }

    fn walk<W: Watch>(
        &mut self,
        chain: ChainId,
        key: &mut PacketKey,
        packet: &[u8],
        env: &mut Environment<'_>,
        effects: &mut Effects,
        watch: &mut W,
    ) -> Verdict {
        let Range { start: mut at, mut end } = self.range(chain);
        let mut jumps: SmallVec<[(usize, usize); 8]> = SmallVec::new();
        loop {
            let Some(index) = self.next_match(at..end, key, packet, env, watch) else {
                match jumps.pop() {
                    Some(back) => (at, end) = back,
                    None => return Verdict::Accept { rule: None },
                }
                continue;
            };
            at = index + 1;
            match self.act(index, key, env, effects) {
                Next::Rule => {}
                Next::Return => match jumps.pop() {
                    Some(back) => (at, end) = back,
                    None => return Verdict::Accept { rule: self.program.rules.get(index).map(|r| r.id) },
                },
                Next::Jump(target) => {
                    if jumps.len() == MAX_JUMPS {
                        let rule = self.program.rules.get(index).map_or(RuleId(0), |r| r.id);
                        return Verdict::Drop { rule };
                    }
                    jumps.push((at, end));
                    Range { start: at, end } = self.range(target);
                }
                Next::End(verdict) => return verdict,
            }
        }
    }

    /// The first rule of `range` whose matchers all hold.
    #[inline]
    fn next_match<W: Watch>(
        &mut self,
        range: Range<usize>,
        key: &PacketKey,
        packet: &[u8],
        env: &mut Environment<'_>,
        watch: &mut W,
    ) -> Option<usize> {
        let (words, classes) = (key.words, key.classes);
        let quicks = self.program.quick.get(range.clone())?;
        for (offset, quick) in quicks.iter().enumerate() {
            let quick_holds = quick.matches(&words, classes);
            if !W::ON && !quick_holds {
                continue;
            }
            let index = range.start + offset;
            let Some(rule) = self.program.rules.get(index) else { continue };
            let ask = if W::ON { &rule.all } else { &rule.rest };
            let failed = ask.iter().find(|asked| {
                let state = asked.state.and_then(|state| self.states.get_mut(state as usize));
                !matcher::matches(&asked.matcher, key, packet, env, state)
            });
            if W::ON {
                let failed = failed.map(|asked| asked.matcher.test.property());
                debug_assert!(quick_holds || failed.is_some());
                watch.visit(Visit { rule: rule.id, chain: rule.chain, failed });
            }
            if failed.is_none() {
                return Some(index);
            }
        }
        None
    }

    /// Counts the match and does what the rule says.
    fn act(
        &mut self,
        index: usize,
        key: &mut PacketKey,
        env: &mut Environment<'_>,
        effects: &mut Effects,
    ) -> Next {
        let Some(rule) = self.program.rules.get(index) else { return Next::Rule };
        if let Some(counters) = self.counters.get_mut(index) {
            counters.packets += 1;
            counters.bytes += u64::from(key.total_len);
        }
        if rule.log || rule.action == Action::Log {
            effects.logs.push(LogEntry { rule: rule.id, chain: rule.chain });
        }
        let id = rule.id;
        let go_on = |passthrough: bool| {
            if passthrough { Next::Rule } else { Next::End(Verdict::Accept { rule: Some(id) }) }
        };
        match rule.action {
            Action::Accept => Next::End(Verdict::Accept { rule: Some(id) }),
            Action::Drop => Next::End(Verdict::Drop { rule: id }),
            Action::Reject(with) => Next::End(Verdict::Reject { rule: id, with }),
            Action::Tarpit => Next::End(Verdict::Tarpit { rule: id }),
            Action::Notrack => Next::End(Verdict::Notrack { rule: id }),
            Action::Jump(chain) => Next::Jump(chain),
            Action::Return => Next::Return,
            Action::Log | Action::Passthrough => Next::Rule,
            Action::AddSrcToAddressList(list, timeout) => {
                add_to_list(id, list, key.src(), timeout, env, effects);
                Next::Rule
            }
            Action::AddDstToAddressList(list, timeout) => {
                add_to_list(id, list, key.dst(), timeout, env, effects);
                Next::Rule
            }
            Action::FasttrackConnection => {
                effects.fasttrack = Some(id);
                Next::Rule
            }
            Action::MarkConnection { mark, passthrough } => {
                key.connection_mark = mark;
                effects.connection_mark = Some(mark);
                go_on(passthrough)
            }
            Action::MarkPacket { mark, passthrough } => {
                key.packet_mark = mark;
                go_on(passthrough)
            }
            Action::MarkRouting { mark, passthrough } => {
                key.routing_mark = mark;
                go_on(passthrough)
            }
        }
    }
}

fn add_to_list(
    rule: RuleId,
    list: ListId,
    address: u32,
    timeout: ListTimeout,
    env: &mut Environment<'_>,
    effects: &mut Effects,
) {
    if let Touched::Added(entry) = env.address_lists.touch(env.now, list, address, timeout) {
        effects.list_additions.push(ListAddition { rule, entry });
    }
}
