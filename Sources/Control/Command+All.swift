import Telephony

extension Command {
  private static let modes = MonitorMode.allCases.map(\.rawValue)

  /// Everything that clients can ask for.
  public static let all: [Command] = calls + figures + shifts + settings

  private static let calls: [Command] = [
    Command("system.status", .readOnly, "Tells how the daemon is and what it has to do.") { .systemStatus },
    Command(
      "help", .readOnly, "Describes all commands, or one.", .optional(.text("command", "name of the command"))
    ) { .help(command: $0) },
    Command("agents.list", .readOnly, "Lists the agents and what they do.") { .agentsList },
    Command(
      "agent.logIn", .agent, "Logs an agent in: her calls ring at this phone; the last one to log in wins.",
      .agent("agent", "who logs in"),
      .optional(.identifier("phone", "where her calls ring; her own phone of the configuration unless told"))
    ) { (agent, phone: PhoneID?) in .agentLogIn(agent, phone) },
    Command("agent.logOut", .agent, "Logs an agent out, after her present call.", .agent("agent", "who logs out")) {
      .agentLogOut($0)
    },
    Command(
      "agent.setStatus", .agent, "Says whether an agent wants calls; takes effect after her present call.",
      .agent("agent", "whose status"), .choice("status", ["ready", "away"], "what she wants"),
      .optional(.text("reason", "why she is away"))
    ) { (agent, status, reason) throws(ControlError) in
      if status == "away" { return .agentSetStatus(agent, .away(reason: reason ?? "")) }
      guard reason == nil else { throw .invalid("reason", "goes with status \"away\" only.") }
      return .agentSetStatus(agent, .ready)
    },
    Command("agent.finish", .agent, "Ends an agent's wrap-up.", .agent("agent", "who has finished")) {
      .agentFinish($0)
    },
    Command(
      "agent.extendWrapUp", .agent, "Gives an agent more time for her wrap-up.", .agent("agent", "who needs it"),
      .number("seconds", 1...3600, "how much more")
    ) { .agentExtendWrapUp($0, seconds: $1) },
    Command(
      "agent.requestWrapUp", .agent, "Asks for a wrap-up after the call that an agent is in, where that is up to her.",
      .agent("agent", "who needs it")
    ) { .agentRequestWrapUp($0) },
    Command(
      "contact.setDisposition", .agent, "Says what a contact came to, in the call or in its wrap-up.",
      .identifier("contact", "which one"), .text("code", "one of the configuration", longest: 64),
      .optional(.text("note", "in the agent's words", longest: 2000))
    ) { .contactSetDisposition($0, code: $1, note: $2 ?? "") },
    Command("queues.list", .readOnly, "Lists the queues, who waits in them, who is free, and which are paused.") {
      .queuesList
    },
    Command("calls.list", .readOnly, "Lists the contacts that are up now.") { .callsList },
    Command(
      "call.hangUp", .agent,
      "Ends a contact; a client bound to an agent ends only hers, and declines one that rings at her phone.",
      .identifier("contact", "which one")
    ) { .callHangUp($0) },
    Command(
      "call.dial", .agent, "Rings the agent, then the number, then joins them.", .agent("agent", "who calls"),
      .text("to", "the number", longest: 64)
    ) { .callDial($0, to: $1) },
    Command(
      "recording.start", .agent, "Begins to record a contact.", .identifier("contact", "which one")
    ) { .recordingStart($0) },
    Command(
      "recording.stop", .agent, "Ends the recording of a contact.", .identifier("contact", "which one")
    ) { .recordingStop($0) },
    Command(
      "monitor.start", .supervisor,
      "Rings a supervisor's phone and lets her hear an agent's calls or a contact, always first in `listen`.",
      .supervisor("supervisor", "who listens: an agent"), .optional(.identifier("agent", "whose calls")),
      .optional(.identifier("contact", "or which contact")),
      .optional(.choice("mode", modes, "what follows as soon as she hears; `listen` unless told")),
      .optional(.choice("follow", ["agent", "contact"], "whom she stays with; what was named unless told")),
      .optional(.identifier("phone", "where she is rung; where she is logged in, or her own, unless told"))
    ) {
      (supervisor, agent: AgentID?, contact: ContactID?, mode, follow, phone: PhoneID?) throws(ControlError) in
      guard (agent == nil) != (contact == nil) else {
        throw .invalid("agent", "exactly one of agent and contact is needed.")
      }
      return .monitorStart(
        MonitorWish(
          supervisor: supervisor, agent: agent, contact: contact, mode: mode.flatMap(MonitorMode.init) ?? .listen,
          follow: follow.flatMap(MonitorFollow.init), phone: phone))
    },
    Command(
      "monitor.setMode", .supervisor, "Lets a supervisor listen, whisper to the agent, or talk with both.",
      .supervisor("supervisor", "who listens"), .choice("mode", modes, "what she is to be")
    ) { .monitorSetMode($0, MonitorMode(rawValue: $1) ?? .listen) },
    Command(
      "monitor.stop", .supervisor, "Ends a supervisor's listening and hangs up her phone.",
      .supervisor("supervisor", "who listens")
    ) { .monitorStop($0) },
    Command(
      "monitor.takeOver", .supervisor, "Makes a supervisor the contact's party; its agent goes into wrap-up.",
      .supervisor("supervisor", "who listens")
    ) { .monitorTakeOver($0) },
    Command(
      "monitor.list", .agent, "Lists the supervisors who listen, or wait for it, as far as the client may know."
    ) { .monitorList },
    Command(
      "history.list", .agent, "Lists contacts, the newest first.",
      .optional(.number("limit", 1...1000, "how many at most; 50 unless told")),
      .optional(.identifier("agent", "only those that this agent handled")),
      .optional(.identifier("queue", "only those of this queue")),
      .optional(.identifier("contact", "only this one")),
      .optional(.text("number", "only those with this number", longest: 64)),
      .optional(.time("before", "only those that began before"))
    ) { (limit, agent: AgentID?, queue: QueueID?, contact: ContactID?, number, before) in
      var filter = HistoryFilter()
      filter.limit = limit ?? filter.limit
      filter.agent = agent
      filter.queue = queue
      filter.contact = contact
      filter.number = number
      filter.before = before
      return .historyList(filter)
    },
    Command(
      "distribution.explain", .agent, "Tells why a contact was offered to whom, or waits.",
      .identifier("contact", "which one")
    ) { .distributionExplain($0) },
    Command(
      "directory.lookUp", .agent, "Finds the customers with a number.", .text("number", "the number", longest: 64)
    ) { .directoryLookUp(number: $0) },
    Command(
      "events.subscribe", .agent, "Sends what happens from now on, or again from `since`, as `event` notifications.",
      .optional(.counter("since", "the first `seq` wanted")),
      .optional(.counter("epoch", "the run of the daemon that `since` belongs to")),
      .optional(.identifier("agent", "only what is about this agent, and `system.draining`")),
      .optional(.noticeTypes("types", "only these types, or types that begin with one of them and a dot"))
    ) { (since, epoch, agent: AgentID?, types) in
      var subscription = Subscription()
      subscription.since = since
      subscription.epoch = epoch
      subscription.agent = agent
      subscription.types = types ?? []
      return .eventsSubscribe(subscription)
    },
  ]
}
