//! IPsec: a peer of RouterOS before 6.43 held what profile and identity hold today.

use super::{Work, added, named};
use menu::Value;

const IDENTITY: [(&str, &str); 11] = [
    ("secret", "secret"),
    ("auth-method", "auth-method"),
    ("generate-policy", "generate-policy"),
    ("policy-template-group", "policy-template-group"),
    ("mode-config", "mode-config"),
    ("my-id", "my-id"),
    ("certificate", "certificate"),
    ("remote-certificate", "remote-certificate"),
    ("xauth-login", "username"),
    ("xauth-password", "password"),
    ("notrack-chain", "notrack-chain"),
];

const PROFILE: [(&str, &str); 9] = [
    ("hash-algorithm", "hash-algorithm"),
    ("enc-algorithm", "enc-algorithm"),
    ("dh-group", "dh-group"),
    ("lifetime", "lifetime"),
    ("lifebytes", "lifebytes"),
    ("nat-traversal", "nat-traversal"),
    ("proposal-check", "proposal-check"),
    ("dpd-interval", "dpd-interval"),
    ("dpd-maximum-failures", "dpd-maximum-failures"),
];

/// `/ip/ipsec/peer/add` and `set`.
pub(super) fn peer(work: &mut Work<'_>) {
    let count = work.all("/ip/ipsec/peer", "name").len();
    work.default("name", format!("peer{}", count + 1));
    let name = work.text("name").or_else(|| work.text("numbers")).unwrap_or_default();
    let profile_name = work.text("profile").unwrap_or_else(|| format!("profile_{name}"));
    let mut profile = named("/ip/ipsec/profile", &profile_name, Vec::new());
    let mut has_profile = false;
    for (old, today) in PROFILE {
        has_profile |= work.hand_over(old, today, &mut profile);
    }
    if has_profile {
        work.default("profile", profile_name);
        work.before.push(profile);
    }
    let mut identity = added("/ip/ipsec/identity", Vec::new());
    let mut has_identity = false;
    for (old, today) in IDENTITY {
        has_identity |= work.hand_over(old, today, &mut identity);
    }
    for (name, value) in &mut identity.arguments {
        if *name == "auth-method" && *value == Value::text("rsa-signature") {
            *value = Value::text("digital-signature");
        }
    }
    if has_identity {
        identity.arguments.push(("peer", Value::text(name)));
        work.after.push(identity);
    }
}

/// `/ip/ipsec/policy/add`: before 6.44 the policy said where its tunnel ends, today the peer does.
pub(super) fn policy(work: &mut Work<'_>) {
    let to = work.take_text("sa-dst-address");
    work.take("sa-src-address");
    if !work.adds || work.has("peer") || work.text("template").as_deref() == Some("yes") {
        return;
    }
    // In transport mode it ends where the traffic does.
    let to = to.filter(|to| to != "0.0.0.0" && to != "::").or_else(|| work.text("dst-address"));
    let host = |address: &str| address.trim_end_matches("/32").trim_end_matches("/128").to_owned();
    let Some(to) = to.map(|to| host(&to)) else { return };
    let peers = work.rows("/ip/ipsec/peer", &["address", "name"]);
    if let Some([_, name]) =
        peers.iter().find(|row| row.first().is_some_and(|at| host(at) == to)).map(Vec::as_slice)
    {
        work.put("peer", name.as_str());
    }
}
