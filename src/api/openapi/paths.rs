//! One entry a route.

use serde_json::{Map, Value, json};

use crate::api::alerts::STATUSES as ALERT_STATUSES;
use crate::api::contacts::KNOWN;
use crate::api::corrections::{
    ACTS as CORRECTION_ACTS, KINDS as CORRECTION_KINDS, STATES as CORRECTION_STATES,
};
use crate::api::runs::{SPOT_CHECKS, STATUSES};
use crate::api::supervising::ACTS;

pub(super) fn all() -> Value {
    json!({
        "/board": { "get": get("What customers object to: counts by signal, day, region, team, rep, customer and product, beside as many days before", &board_parameters(), "Board") },
        "/board/top3.xlsx": { "get": workbook("The three objections that were heard most, as a workbook: counts by every dimension beside those of the days before, the three most telling quotes of each without names of people and companies, and the days one by one", &board_parameters()) },
        "/messages": { "get": list("Chat lines, the oldest first", &[
            parameter("chat", "Only this chat, by id"),
            parameter("sender", "Only this sender, by the platform's id"),
            from("sent"),
            to("sent"),
        ], "Message") },
        "/messages/{id}": { "get": one("One chat line with its signals; by our id or by the platform's own", "MessageWithSignals") },
        "/signals": { "get": list("What customers' messages meant, the oldest first", &[
            parameter("label", "Only this label, such as PRICE"),
            parameter("chat", "Only this chat, by id"),
            parameter("rep", "Only this rep, by id"),
            parameter("customer", "Only this customer, by id"),
            parameter("region", "Only this region"),
            choice("shadow", &["true", "false"], "Only what rules heard that are being tried, or only the rest"),
            choice("dismissed", &["true", "false"], "Only what means nothing any more, or only the rest"),
            from("said"),
            to("said"),
        ], "Signal") },
        "/corrections": {
            "get": list("What people said of signals, the oldest first: false alarms and what was missed", &[
                choice("state", &CORRECTION_STATES, "Only in this state"),
                choice("kind", &CORRECTION_KINDS, "Only of this kind"),
                parameter("chat", "Only of this chat, by id"),
                parameter("person", "Only what this person said, by id"),
                from("said"),
                to("said"),
            ], "Correction"),
            "post": correct()
        },
        "/corrections/{id}/{act}": { "post": decide_correction() },
        "/opportunities": {
            "get": list("Deals, in the order of their ids", &[
                parameter("customer", "Only of this customer, by id"),
                parameter("rep", "Only of this rep, by id"),
                parameter("stage", "Only in this stage, by key"),
                parameter("region", "Only of reps of this region"),
            ], "Opportunity"),
            "post": create_opportunity()
        },
        "/opportunities/{id}": { "get": one("One deal", "Opportunity") },
        "/opportunities/{id}/stage": { "post": move_opportunity() },
        "/opportunities/{id}/contacts": { "post": report(
            "The rep was in touch with the customer; several times without a stage update is neglect", "ContactMade", "Opportunity") },
        "/opportunities/{id}/facts": { "post": report(
            "A person confirmed a fact of the deal, such as roi_signed", "ConfirmedFact", "Opportunity") },
        "/opportunities/{id}/nodes": { "post": report(
            "Opens a node by hand. One that is open is asked again", "OpenedNode", "WholeRun") },
        "/opportunities/{id}/rules/{rule}/acknowledge": { "post": acknowledge_rule() },
        "/runs": { "get": list("Nodes opened for deals, in the order in which they were opened", &[
            parameter("opportunity", "Only of this deal, by id"),
            parameter("rep", "Only of this rep's deals, by id"),
            parameter("node", "Only of this node, by key"),
            choice("status", &STATUSES, "Only in this status"),
            choice("spot_check", &SPOT_CHECKS, "Only those that wait for a person to look at what was given, or that were found right"),
            from("opened"),
            to("opened"),
        ], "Run") },
        "/runs/{id}": { "get": one("One run with everything that was asked, given and decided", "WholeRun") },
        "/runs/{id}/{act}": { "post": supervise_run() },
        "/alerts": { "get": list("What directors were told, in the order in which it was raised, with the delivery ledger of each", &[
            parameter("opportunity", "Only about this deal, by id"),
            parameter("person", "Only for this person, by id"),
            choice("status", &ALERT_STATUSES, "Only in this status"),
            from("raised"),
            to("raised"),
        ], "Alert") },
        "/compliance": { "get": get("How much of what was due was done, and done in time: per rep, region and team, in total, and what each band of reps won", &tally_parameters(), "Compliance") },
        "/health": { "get": get("The same for each rep and node, beside as long a time right before", &tally_parameters(), "Health") },
        "/attribution": { "get": get("What the change of the rate against the time before comes from, by node, region, rep, and rep and node, and since when", &tally_parameters(), "Attribution") },
        "/reps": { "get": list("Reps, directors and administrators, in the order of their ids", &[
            choice("role", &["rep", "director", "admin"], "Only of this role"),
            parameter("region", "Only of this region"),
        ], "Rep") },
        "/contacts": { "get": list("People outside, in the order of their ids", &[
            choice("known", &KNOWN, "Only those of whom somebody said whose they are, or only those who wait for it"),
        ], "Contact") },
        "/contacts/{id}/customer": { "post": tell_contact() },
        "/customers": { "get": list("Companies, in the order of their ids", &[], "Customer") },
    })
}

/// What `by` may not be.
const NO_SUPERVISOR: &str = "`by` is no administrator and no director who answers for the rep";

/// A route that takes a body.
struct Posted<'a> {
    summary: &'a str,
    parameters: &'a [Value],
    body: &'a str,
    /// What is answered, and its shape.
    answers: (&'a str, &'a str),
    /// Further statuses that refuse, and when.
    refusals: &'a [(&'a str, &'a str)],
}

impl Posted<'_> {
    fn described(&self) -> Value {
        let mut operation = operation(self.summary, self.parameters);
        operation["requestBody"] = body(self.body);
        let (description, schema) = self.answers;
        operation["responses"]["200"] = answer(description, schema);
        for (status, when) in self.refusals {
            refuse(&mut operation, status, when);
        }
        refuse(&mut operation, "413", "The body is larger than 64 KB");
        refuse(&mut operation, "415", "The body is no JSON");
        operation
    }
}

fn create_opportunity() -> Value {
    let posted = Posted {
        summary: "Opens a deal. Sent again with the same id it changes nothing",
        parameters: &[],
        body: "NewOpportunity",
        answers: (
            "A deal of this id, customer, rep and name was there already; its stage may be another by now",
            "Opportunity",
        ),
        refusals: &[
            ("409", "The id is that of another deal"),
            (
                "422",
                "Customer, rep or stage are unknown; `errors` or `known_stages` say what is expected",
            ),
        ],
    };
    let mut operation = posted.described();
    operation["responses"]["201"] = answer(
        "The deal was opened; Location says where it is",
        "Opportunity",
    );
    operation
}

fn move_opportunity() -> Value {
    let posted = Posted {
        summary: "Moves a deal to another stage, on record. Where it stands already nothing happens",
        parameters: &[path_id()],
        body: "StageMove",
        answers: ("The deal as it stands now", "Opportunity"),
        refusals: &[
            ("404", "No deal has this id"),
            (
                "409",
                "A gate stands before the stage: `detail` says which nodes have to be done, `missing` lists their runs. Changed by someone else at the same moment: send it again",
            ),
            (
                "422",
                "The stage or the person is unknown; `known_stages` or `errors` say what is expected",
            ),
        ],
    };
    posted.described()
}

fn report(summary: &str, request: &str, found: &str) -> Value {
    let posted = Posted {
        summary,
        parameters: &[path_id()],
        body: request,
        answers: ("As it stands since", found),
        refusals: &[
            ("404", "No deal has this id"),
            (
                "409",
                "It makes no sense where the deal stands; `detail` says why",
            ),
            (
                "422",
                "The person or the node is unknown; `errors` or `known_nodes` say what is expected",
            ),
        ],
    };
    posted.described()
}

fn correct() -> Value {
    let posted = Posted {
        summary: "Says of a line that it doesn't mean what was heard, or means what was not. Who answers for the rep is believed \
         at once; a rep's word of their own chat waits. Said again it changes nothing",
        parameters: &[],
        body: "NewCorrection",
        answers: ("All that was said of the line", "Corrections"),
        refusals: &[
            ("404", "No message has this id"),
            (
                "409",
                "It makes no sense where the line stands; `detail` says why",
            ),
            ("422", "`by` is unknown, or may not see the chat"),
        ],
    };
    posted.described()
}

fn decide_correction() -> Value {
    let act = act(
        &CORRECTION_ACTS,
        "confirm: the rep is right, and it takes effect. refuse: the signal stands as it was",
    );
    let posted = Posted {
        summary: "Decides about what a rep said of their own chat",
        parameters: &[path_id(), act],
        body: "CorrectionDecision",
        answers: ("The correction as it stands since", "Correction"),
        refusals: &[
            (
                "404",
                "No correction has this id, or this can't be done with one",
            ),
            ("409", "It waits for no decision"),
            ("422", NO_SUPERVISOR),
        ],
    };
    posted.described()
}

fn supervise_run() -> Value {
    let act = act(
        &ACTS,
        "acknowledge: take the alert on. urge: tell the rep that somebody waits. extend: give more time. \
            pause, resume: the clock. waive: let off, on record. dismiss: it does not apply to this deal. approve: what no \
            program can read was looked at and is right; of one answer, named by its question and its file's sha256. \
            return: the answers don't do and are asked for again.",
    );
    let posted = Posted {
        summary: "What a supervisor does with a run, on record",
        parameters: &[path_id(), act],
        body: "Supervision",
        answers: ("The run as it stands since", "WholeRun"),
        refusals: &[
            (
                "404",
                "No run has this id, or this can't be done with a run",
            ),
            (
                "409",
                "It makes no sense where the run stands; `detail` says why",
            ),
            ("422", NO_SUPERVISOR),
        ],
    };
    posted.described()
}

fn tell_contact() -> Value {
    let posted = Posted {
        summary: "Says whose a contact is. What they said before anybody knew is judged then: it counts for the \
         customer, and what is of late is told to its open deal, once. `not_customer` takes it off the board",
        parameters: &[path_id()],
        body: "ContactTold",
        answers: ("The contact as they stand since", "Contact"),
        refusals: &[
            ("404", "No contact has this id"),
            (
                "422",
                "The customer or the person is unknown, or the name is none; `errors` say what is expected",
            ),
        ],
    };
    posted.described()
}

fn acknowledge_rule() -> Value {
    let rule = in_path(
        "rule",
        &json!({ "type": "string" }),
        "The rule's key in the process definition. In the list of alerts, run_id is `rule:` and this key",
    );
    let posted = Posted {
        summary: "Takes a rule's alert about the deal on, on record: nobody further up is told of it. \
         One that goes no further up, such as of neglect, waits for nobody",
        parameters: &[path_id(), rule],
        body: "Acknowledgement",
        answers: ("The alert as it stands since", "RuleAlert"),
        refusals: &[
            (
                "404",
                "No deal has this id, or the process has no such rule",
            ),
            (
                "409",
                "The rule has raised no alert that waits for somebody; `detail` says why",
            ),
            ("422", NO_SUPERVISOR),
        ],
    };
    posted.described()
}

/// What is done, as the last part of a path.
fn act(acts: &[&str], description: &str) -> Value {
    in_path(
        "act",
        &json!({ "type": "string", "enum": acts }),
        description,
    )
}

fn in_path(name: &str, schema: &Value, description: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": schema, "description": description })
}

fn list(summary: &str, parameters: &[Value], item: &str) -> Value {
    let mut parameters = parameters.to_vec();
    parameters.push(json!({
        "name": "limit", "in": "query", "description": "The most items of a page",
        "schema": { "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }
    }));
    parameters.push(parameter("cursor", "next_cursor of the page before"));
    let mut operation = operation(summary, &parameters);
    operation["responses"]["200"] = json!({
        "description": "A page",
        "content": { "application/json": { "schema": {
            "type": "object",
            "required": ["items", "next_cursor"],
            "properties": {
                "items": { "type": "array", "items": reference(item) },
                "next_cursor": { "type": ["string", "null"], "description": "null on the last page" }
            }
        } } }
    });
    operation
}

fn board_parameters() -> Vec<Value> {
    vec![
        choice(
            "period",
            &["day", "week", "month", "7d", "30d"],
            "Today, this week or this month, the last seven or thirty days with today; today when nothing is given",
        ),
        parameter("from", "The first day, instead of period"),
        parameter("to", "The last day, included"),
        parameter("region", "Only this region"),
        parameter(
            "team",
            "Only the team of this person, by id: themselves and whoever stands below them now",
        ),
        parameter("rep", "Only this rep, by id"),
        parameter("customer", "Only this customer, by id"),
        parameter("product", "Only words about this product"),
    ]
}

fn tally_parameters() -> Vec<Value> {
    vec![
        parameter(
            "from",
            "Deadlines from this moment on; the first of the current month when left out",
        ),
        parameter("to", "Deadlines before this moment; now when left out"),
        parameter("region", "Only of reps of this region"),
        parameter(
            "team",
            "Only the team of this person, by id: themselves and whoever stands below them now",
        ),
        parameter("rep", "Only of this rep, by id"),
    ]
}

fn workbook(summary: &str, parameters: &[Value]) -> Value {
    let mut operation = operation(summary, parameters);
    operation["responses"]["200"] = json!({
        "description": "The workbook",
        "content": { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {} }
    });
    operation
}

fn get(summary: &str, parameters: &[Value], schema: &str) -> Value {
    let mut operation = operation(summary, parameters);
    operation["responses"]["200"] = answer("The figures", schema);
    operation
}

fn one(summary: &str, schema: &str) -> Value {
    let mut operation = operation(summary, &[path_id()]);
    operation["responses"]["200"] = answer("Found", schema);
    refuse(&mut operation, "404", "Nothing has this id");
    operation
}

/// What every operation has: its parameters, and the refusals that any request may meet.
fn operation(summary: &str, parameters: &[Value]) -> Value {
    let mut operation =
        json!({ "summary": summary, "parameters": parameters, "responses": Map::new() });
    for (status, when) in [
        (
            "400",
            "Parameters or members are wrong; `errors` tells all of them",
        ),
        ("401", "No token, or an unknown one"),
        ("403", "The token may only read"),
        (
            "503",
            "Store or board fail; the same request may work later",
        ),
    ] {
        refuse(&mut operation, status, when);
    }
    operation
}

fn refuse(operation: &mut Value, status: &str, when: &str) {
    operation["responses"][status] = json!({
        "description": when,
        "content": { "application/problem+json": { "schema": reference("Problem") } }
    });
}

fn answer(description: &str, schema: &str) -> Value {
    json!({ "description": description, "content": { "application/json": { "schema": reference(schema) } } })
}

fn body(schema: &str) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": reference(schema) } } })
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn path_id() -> Value {
    json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } })
}

fn parameter(name: &str, description: &str) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": { "type": "string" } })
}

fn choice(name: &str, words: &[&str], description: &str) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": { "type": "string", "enum": words } })
}

fn from(what: &str) -> Value {
    parameter(
        "from",
        &format!("Only what was {what} at this moment or later"),
    )
}

fn to(what: &str) -> Value {
    parameter("to", &format!("Only what was {what} before this moment"))
}
