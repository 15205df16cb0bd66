import Control
import Telephony
import Testing

/// Of a client that may know who is monitored.
private let supervisorsSubscription: Subscription = {
  var subscription = Subscription()
  subscription.seesMonitors = true
  return subscription
}()

@Suite struct `Reading requests` {
  private func client(_ role: Role, _ agent: AgentID? = nil) -> Client {
    Client(number: 1, role: role, agent: agent, userID: 0, processID: 0)
  }

  private func request(_ method: String, _ json: String?, from client: Client) throws(ControlError) -> Request {
    let parameters: JSON?
    do {
      parameters = try json.map { try JSON(reading: $0.utf8) }
    } catch {
      throw ControlError(.parseError, "the test's own JSON")
    }
    return try Command.named(method).request(parameters: parameters, from: client)
  }

  @Test(arguments: [
    ("system.status", nil, Request.systemStatus), ("system.status", "{}", .systemStatus),
    ("help", nil, .help(command: nil)), ("help", #"{"command":"call.dial"}"#, .help(command: "call.dial")),
    ("agents.list", "{}", .agentsList),
    ("agent.logIn", #"{"agent":"1001"}"#, .agentLogIn("1001", nil)),
    ("agent.logIn", #"{"agent":"1001","phone":"2001"}"#, .agentLogIn("1001", "2001")),
    ("agent.logOut", #"{"agent":"1001"}"#, .agentLogOut("1001")),
    ("agent.setStatus", #"{"agent":"1001","status":"ready"}"#, .agentSetStatus("1001", .ready)),
    ("agent.setStatus", #"{"agent":"1","status":"away","reason":"昼食"}"#, .agentSetStatus("1", .away(reason: "昼食"))),
    ("agent.setStatus", #"{"agent":"1","status":"away","reason":null}"#, .agentSetStatus("1", .away(reason: ""))),
    ("agent.finish", #"{"agent":"1001"}"#, .agentFinish("1001")),
    ("agent.extendWrapUp", #"{"agent":"1001","seconds":3600}"#, .agentExtendWrapUp("1001", seconds: 3600)),
    ("agent.requestWrapUp", #"{"agent":"1001"}"#, .agentRequestWrapUp("1001")),
    (
      "contact.setDisposition", #"{"contact":"c","code":"sold"}"#, .contactSetDisposition("c", code: "sold", note: "")
    ),
    (
      "contact.setDisposition", #"{"contact":"c","code":"sold","note":"二つ"}"#,
      .contactSetDisposition("c", code: "sold", note: "二つ")
    ),
    ("queues.list", nil, .queuesList), ("calls.list", nil, .callsList),
    ("call.hangUp", #"{"contact":"c"}"#, .callHangUp("c")),
    ("call.dial", #"{"to":"03-1234-5678","agent":"1001"}"#, .callDial("1001", to: "03-1234-5678")),
    ("recording.start", #"{"contact":"c"}"#, .recordingStart("c")),
    ("recording.stop", #"{"contact":"c"}"#, .recordingStop("c")),
    ("history.list", nil, .historyList(HistoryFilter())),
    ("directory.lookUp", #"{"number":"110"}"#, .directoryLookUp(number: "110")),
    (
      "monitor.start", #"{"supervisor":"b","agent":"a","mode":"whisper","follow":"contact","phone":"p"}"#,
      .monitorStart(MonitorWish(supervisor: "b", agent: "a", mode: .whisper, follow: .contact, phone: "p"))
    ),
    ("monitor.start", #"{"supervisor":"b","contact":"c"}"#, .monitorStart(MonitorWish(supervisor: "b", contact: "c"))),
    ("monitor.setMode", #"{"supervisor":"b","mode":"barge"}"#, .monitorSetMode("b", .barge)),
    ("monitor.stop", #"{"supervisor":"b"}"#, .monitorStop("b")),
    ("monitor.takeOver", #"{"supervisor":"b"}"#, .monitorTakeOver("b")), ("monitor.list", nil, .monitorList),
    ("events.subscribe", "{}", .eventsSubscribe(supervisorsSubscription)),
  ])
  func `each command is understood`(method: String, parameters: String?, expected: Request) throws {
    #expect(try request(method, parameters, from: client(.administrator)) == expected)
  }

  @Test func `agents supervise nobody, and do not learn who does`() throws {
    for (method, parameters) in [
      ("monitor.start", #"{"supervisor":"b","agent":"a"}"#), ("monitor.setMode", #"{"supervisor":"b","mode":"barge"}"#),
      ("monitor.stop", #"{"supervisor":"b"}"#), ("monitor.takeOver", #"{"supervisor":"b"}"#),
    ] {
      for client in [client(.agent), client(.agent, "b"), client(.readOnly)] {
        #expect(throws: ControlError.self) { try request(method, parameters, from: client) }
      }
    }
    #expect(try request("events.subscribe", "{}", from: client(.agent)) == .eventsSubscribe(Subscription()))
    #expect(throws: ControlError.self) {
      try request("monitor.start", #"{"supervisor":"b","agent":"a","contact":"c"}"#, from: client(.supervisor))
    }
  }

  @Test func `filters are understood`() throws {
    var filter = HistoryFilter()
    filter.limit = 7
    filter.agent = "1"
    filter.queue = "q"
    filter.contact = "c"
    filter.number = "090"
    filter.before = "2026-01-01T00:00:00Z"
    let json = #"{"limit":7,"agent":"1","queue":"q","contact":"c","number":"090","before":"2026-01-01T00:00:00Z"}"#
    #expect(try request("history.list", json, from: client(.agent)) == .historyList(filter))
    var subscription = Subscription()
    subscription.since = 5
    subscription.epoch = 9
    subscription.agent = "1"
    subscription.types = ["contact", "popup"]
    let wanted = #"{"since":5,"epoch":9,"agent":"1","types":["contact","popup"]}"#
    #expect(try request("events.subscribe", wanted, from: client(.agent)) == .eventsSubscribe(subscription))
  }

  @Test(arguments: [
    ("call.dail", nil, ControlError.Kind.noSuchMethod, #"There is no method "call.dail". Did you mean "call.dial"?"#),
    ("zzzzzzzz", nil, .noSuchMethod, "There is no method \"zzzzzzzz\". The method `help` lists them."),
    ("call.dial", nil, .invalidParameters, "agent is missing: who calls (text)."),
    ("call.dial", #"{"agent":"1"}"#, .invalidParameters, "to is missing: the number (text)."),
    ("call.dial", #"{"agnet":"1"}"#, .invalidParameters, #"call.dial has no parameter "agnet". Did you mean "agent"?"#),
    ("call.dial", #"{"zzzzzz":"1"}"#, .invalidParameters, #"call.dial has no parameter "zzzzzz". It has agent, to."#),
    ("queues.list", #"{"x":1}"#, .invalidParameters, #"queues.list has no parameter "x". It has none."#),
    ("call.dial", #"["1"]"#, .invalidParameters, "params: expected an object with members by name, not a list."),
    (
      "call.dial", #"{"agent":1001,"to":"1"}"#, .invalidParameters,
      #"agent: expected a text, not the number 1001. Write "1001" in quotes."#
    ),
    ("call.dial", #"{"agent":"","to":"1"}"#, .invalidParameters, "agent: the text is empty."),
    ("call.dial", #"{"agent":"a\nb","to":"1"}"#, .invalidParameters, "agent: the text contains a control character."),
    (
      "agent.extendWrapUp", #"{"agent":"1","seconds":0}"#, .invalidParameters,
      "seconds: 0 is out of range; expected a whole number from 1 to 3600."
    ),
    (
      "agent.extendWrapUp", #"{"agent":"1","seconds":1.5}"#, .invalidParameters,
      "seconds: expected a whole number from 1 to 3600, not the number 1.5."
    ),
    (
      "agent.setStatus", #"{"agent":"1","status":"redy"}"#, .invalidParameters,
      #"status: expected ready|away, not "redy". Did you mean "ready"?"#
    ),
    (
      "agent.setStatus", #"{"agent":"1","status":"ready","reason":"x"}"#, .invalidParameters,
      #"reason: goes with status "away" only."#
    ),
    (
      "history.list", #"{"before":"yesterday"}"#, .invalidParameters,
      #"before: expected a time as 2026-09-21T14:13:20Z, not "yesterday"."#
    ),
    (
      "events.subscribe", #"{"types":["popup","contact.endet"]}"#, .invalidParameters,
      #"types[1]: there is no notice of type "contact.endet". Did you mean "contact.ended"?"#
    ),
    (
      "events.subscribe", #"{"since":-1}"#, .invalidParameters,
      "since: expected a whole number from 0, not the number -1."
    ),
  ])
  func `what is refused, and why`(method: String, parameters: String?, kind: ControlError.Kind, message: String) {
    #expect(throws: ControlError(kind, message)) { try request(method, parameters, from: client(.administrator)) }
  }

  @Test func `long text is refused`() {
    let json = #"{"agent":"1","to":""# + String(repeating: "1", count: 65) + #""}"#
    #expect(throws: ControlError(.invalidParameters, "to: the text is longer than 64 bytes.")) {
      try request("call.dial", json, from: client(.administrator))
    }
  }

  @Test(arguments: Command.all.map(\.name), Role.allCases)
  func `too small a role is told which is needed, and nothing else`(method: String, role: Role) throws {
    let command = try Command.named(method)
    let expected = "\(method) needs the role \(command.role.rawValue) or more; this client has \(role.rawValue)."
    do throws(ControlError) {
      _ = try command.request(parameters: .object(["nonsense": .null]), from: client(role))
      Issue.record("nonsense was accepted")
    } catch {
      #expect((error == ControlError(.forbidden, expected)) == (role < command.role))
    }
  }

  @Test func `reading is open to read-only clients, and nothing else is`() {
    let open = Command.all.filter { $0.role == .readOnly }.map(\.name)
    #expect(open == ["system.status", "help", "agents.list", "queues.list", "calls.list"])
  }

  @Test(arguments: [
    ("agent.logIn", #"{"agent":"1002","phone":"1"}"#), ("agent.logOut", #"{"agent":"1002"}"#),
    ("agent.setStatus", #"{"agent":"1002","status":"ready"}"#), ("agent.finish", #"{"agent":"1002"}"#),
    ("agent.extendWrapUp", #"{"agent":"1002","seconds":5}"#), ("agent.requestWrapUp", #"{"agent":"1002"}"#),
    ("call.dial", #"{"agent":"1002","to":"1"}"#),
  ])
  func `a client bound to an agent acts as no other`(method: String, parameters: String) throws {
    let refusal = ControlError(
      .forbidden, "This client may act as agent 1001 only, not as 1002. That needs the role supervisor.")
    #expect(throws: refusal) { try request(method, parameters, from: client(.agent, "1001")) }
    _ = try request(method, parameters, from: client(.agent, "1002"))
    _ = try request(method, parameters, from: client(.agent))
    _ = try request(method, parameters, from: client(.supervisor, "1001"))
  }

  @Test(arguments: [
    ("monitor.start", #"{"supervisor":"1009","agent":"1001"}"#), ("monitor.stop", #"{"supervisor":"1009"}"#),
    ("monitor.setMode", #"{"supervisor":"1009","mode":"barge"}"#), ("monitor.takeOver", #"{"supervisor":"1009"}"#),
  ])
  func `a supervisor's client that is bound uses nobody else's rights`(method: String, parameters: String) throws {
    let refusal = ControlError(
      .forbidden, "This client may act as supervisor 1008 only, not as 1009. That needs the role administrator.")
    #expect(throws: refusal) { try request(method, parameters, from: client(.supervisor, "1008")) }
    _ = try request(method, parameters, from: client(.supervisor, "1009"))
    _ = try request(method, parameters, from: client(.supervisor))
    _ = try request(method, parameters, from: client(.administrator, "1008"))
  }

  @Test func `a client bound to an agent sees her own contacts and events only`() throws {
    let bound = client(.agent, "1001")
    var filter = HistoryFilter()
    filter.limit = 7
    #expect(try request("history.list", #"{"limit":7}"#, from: client(.agent)) == .historyList(filter))
    filter.agent = "1001"
    #expect(try request("history.list", #"{"limit":7}"#, from: bound) == .historyList(filter))
    #expect(try request("history.list", #"{"limit":7,"agent":"1001"}"#, from: bound) == .historyList(filter))
    var subscription = Subscription()
    subscription.types = ["popup"]
    subscription.seesMonitors = true
    #expect(
      try request("events.subscribe", #"{"types":["popup"]}"#, from: client(.supervisor, "1001"))
        == .eventsSubscribe(subscription))
    subscription.seesMonitors = false
    (subscription.agent, subscription.boundTo) = ("1001", "1001")
    #expect(try request("events.subscribe", #"{"types":["popup"]}"#, from: bound) == .eventsSubscribe(subscription))
    let refusal = ControlError(
      .forbidden, "This client sees the contacts of agent 1001 only. Others need the role supervisor.")
    for method in ["history.list", "events.subscribe"] {
      #expect(throws: refusal) { try request(method, #"{"agent":"1002"}"#, from: bound) }
    }
    let calls = ["1001", "1002", nil].map { (agent: AgentID?) in
      CallSummary(
        contact: ContactID(rawValue: agent?.rawValue ?? "waiting"), direction: "inbound", state: "talking",
        caller: CallerSummary(number: nil, display: "", name: "", anonymity: nil, verified: false), called: "8000",
        customer: nil, queue: nil, agent: agent, agents: agent.map { [$0] } ?? [], startedAt: "", seconds: 1,
        recording: false)
    }
    #expect(ControlResult.calls(calls).narrowed(to: bound) == .calls([calls[0]]))
    #expect(ControlResult.calls(calls).narrowed(to: client(.readOnly)) == .calls(calls))
  }

  @Test func `how long somebody will wait, or why nobody can say, stands in a queue's answer`() {
    var queue = QueueSummary(
      queue: "q", name: "", waiting: 0, ringing: 0, longestWaitSeconds: nil, agentsLoggedIn: 0, agentsFree: 0)
    queue.estimatedWait = EstimatedWaitSummary(p50Seconds: 20, p90Seconds: 65)
    let known = JSONLine.text(queue)
    #expect(known.contains(#""estimatedWait":{"p50Seconds":20,"p90Seconds":65},"#))
    #expect(!known.contains("estimatedWaitReason"))
    (queue.estimatedWait, queue.estimatedWaitReason) = (nil, "unstaffed")
    let unknown = JSONLine.text(queue)
    #expect(unknown.contains(#""estimatedWaitReason":"unstaffed""#) && !unknown.contains(#""estimatedWait":"#))
  }

  @Test func `help, the manual and the table are of one piece`() throws {
    #expect(try Command.help(nil).map(\.name) == Command.all.map(\.name))
    #expect(Set(Command.all.map(\.name)).count == Command.all.count)
    let dial = try #require(try Command.help("call.dial").first)
    #expect(dial.line == "call.dial agent=<agent> to=<to>  Rings the agent, then the number, then joins them.")
    let rows = Command.manualTable.split(separator: "\n")
    #expect(rows.count == Command.all.count + 2)
    #expect(
      rows.contains("| `call.dial` | `agent` `to` | agent | Rings the agent, then the number, then joins them. |"))
    #expect(rows.contains { $0.hasPrefix("| `agent.setStatus` | `agent` `status` `reason`? | agent |") })
  }
}
