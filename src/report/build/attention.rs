//! What needs attention first, over all targets: what stops, what is late, what contradicts itself, what is open.

use super::*;

impl Builder<'_> {
    pub(super) fn attention(&mut self, parts: &[(&Assessment, &Target)], remarks: &[Remark]) -> Vec<Attention> {
        let mut out: Vec<Attention> = Vec::new();
        for (assessment, target) in parts {
            let title = words::target_label(self.rules, target);
            let background = in_background(self.rules, self.profile, target);
            for ruled in assessment.rulings.iter().filter(|r| r.timing == Timing::Now) {
                let Some(decision) = self.decision(ruled) else { continue };
                match &ruled.state {
                    State::Decided(o) if o.ruling == Ruling::Stop => {
                        let reasons = self.reasons(decision, &o.rules);
                        out.push(Attention {
                            matter: Matter::Stop,
                            targets: vec![title.clone()],
                            about: vec![self.about(ruled, target)],
                            says: "Wait with this until your office has cleared it.".into(),
                            reasons,
                            ..Attention::default()
                        });
                    }
                    State::Decided(o) if self.is_late(ruled, decision) => {
                        let about = self.about(ruled, target);
                        let place = self.place(&o.place).words;
                        let route = self.route(ruled, target, &about.label, &place);
                        let when = match ruled.is_late(decision, self.as_of) {
                            true => words::was_due(&o.deadline),
                            false => "it was left off a form that is already sent".to_owned(),
                        };
                        out.push(Attention {
                            matter: Matter::Late,
                            targets: vec![title.clone()],
                            says: format!("{place}: {when}."),
                            todo: if route.is_some() { ROUTE_KNOWN } else { ROUTE_ASKED }.to_owned(),
                            reasons: self.reasons(decision, &o.rules),
                            route,
                            about: vec![about],
                            ..Attention::default()
                        });
                    }
                    State::Contradiction { slots, says } => {
                        let about = self.about(ruled, target);
                        // One clash shows in every decision of the record.
                        if out.iter().any(|a| {
                            a.matter == Matter::Contradiction && a.about == [about.clone()] && a.says == clean(says)
                        }) {
                            continue;
                        }
                        let questions = slots
                            .iter()
                            .map(|s| self.question_and_answer(ruled, decision, target, *s))
                            .filter(|q| !q.is_empty())
                            .collect();
                        out.push(Attention {
                            matter: Matter::Contradiction,
                            targets: vec![title.clone()],
                            about: vec![about],
                            says: clean(says),
                            todo: "These answers cannot all be right; please look at them again.".into(),
                            questions,
                            ..Attention::default()
                        });
                    }
                    State::Open(open) if (!open.ask.is_empty() || waits_for_all(open)) && !background => {
                        self.open(&mut out, ruled, decision, open, target);
                    }
                    _ => {}
                }
            }
        }
        for remark in remarks {
            let about: Vec<About> = remark.records.iter().map(|id| self.about_record(id)).collect();
            let route = remark.found_late.as_ref().and_then(|late| {
                let route = self.rules.route(&late.agency, &late.moment)?;
                let what = about.first().map_or("", |a| a.label.as_str());
                let found = Found { what, place: &late.place, target: &late.target, noticed: Some(self.as_of) };
                Some(RouteNote::of(self.rules, route, &found))
            });
            out.push(Attention {
                matter: Matter::Differ,
                says: clean(&remark.says),
                about,
                route,
                ..Attention::default()
            });
        }
        let mut merged: Vec<Attention> = Vec::new();
        for a in out {
            let shared = |m: &Attention| {
                // One duty that two targets share is one matter.
                m.matter == a.matter && m.about == a.about && m.says == a.says && m.reasons == a.reasons
            };
            let alike = |m: &Attention| {
                // So are the same answers missing in several records.
                let open = m.matter == Matter::Open && a.matter == Matter::Open;
                open && m.targets == a.targets && m.questions == a.questions && m.decides == a.decides
            };
            if let Some(m) = merged.iter_mut().find(|m| shared(m)) {
                let new: Vec<String> = a.targets.into_iter().filter(|t| !m.targets.contains(t)).collect();
                m.targets.extend(new);
            } else if let Some(m) = merged.iter_mut().find(|m| alike(m)) {
                m.about.extend(a.about);
                m.says = format!(
                    "{} for each of these.",
                    m.says.trim_end_matches(" for each of these.").trim_end_matches('.')
                );
            } else {
                merged.push(a);
            }
        }
        merged.sort_by_key(|a| a.matter); // stable: the order above is kept within a matter
        merged
    }

    /// Adds an open decision; all open decisions of one record become one matter.
    fn open(&self, out: &mut Vec<Attention>, ruled: &Ruled, decision: &Decision, open: &Open, target: &Target) {
        let about = self.about(ruled, target);
        let title = words::target_label(self.rules, target);
        let index = match out.iter().position(|a| a.matter == Matter::Open && a.about == [about.clone()]) {
            Some(i) => i,
            None => {
                out.push(Attention { matter: Matter::Open, about: vec![about], ..Attention::default() });
                out.len() - 1
            }
        };
        let Some(entry) = out.get_mut(index) else { return };
        let add = |list: &mut Vec<String>, item: String| {
            if !item.is_empty() && !list.contains(&item) {
                list.push(item);
            }
        };
        add(&mut entry.targets, title);
        for slot in &open.ask {
            let q = words::question_at(self.rules, self.profile, target, &ruled.subject, decision.kind, *slot);
            add(&mut entry.questions, q);
        }
        if waits_for_all(open) {
            for kind in open.kinds.iter().filter_map(|k| self.rules.kinds.get(*k)) {
                add(&mut entry.questions, format!("Are these all, under “{}”?", kind.plural));
            }
        }
        add(&mut entry.decides, decision.asks.clone());
        entry.says = format!(
            "{} still {} what is due.",
            count(entry.questions.len(), "answer", "answers"),
            if entry.questions.len() == 1 { "decides" } else { "decide" },
        );
    }

    fn question_and_answer(&self, ruled: &Ruled, decision: &Decision, target: &Target, slot: Slot) -> String {
        let fact = words::fact(self.rules, self.profile, target, &ruled.subject, decision.kind, slot, self.as_of);
        fact.map_or_else(String::new, |f| format!("{} {}", f.question, words::upper_first(&f.value)))
    }
}
