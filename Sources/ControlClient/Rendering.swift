import Control
import Glibc
import Telephony

/// What people see of the daemon's answers.
struct Rendering: Sendable {
  /// Which answer it is.
  enum Kind: Sendable, Equatable {
    case done, status, agents, queues, calls, monitors, history, why, customers, settings, help, report, csv,
      verification, shifts, shiftTable
    /// JSON as it came.
    case raw
  }

  var words: Wording
  /// Bold headings.
  var emphasis = false
  /// Wall milliseconds to text of at most 19 characters.
  var time: @Sendable (Int64) -> String = Rendering.localTime

  /// The text of an answer, ending in a line feed.
  func text(of answer: JSON, as kind: Kind) throws(ClientError) -> String {
    switch kind {
    case .raw: JSONLine.text(answer) + "\n"
    case .done: done(try answer.read(as: Done.self))
    case .status: status(try answer.read(as: SystemStatus.self))
    case .agents: agents(try answer.read(as: [AgentSummary].self))
    case .queues: queues(try answer.read(as: [QueueSummary].self))
    case .calls: calls(try answer.read(as: [CallSummary].self))
    case .monitors: monitors(try answer.read(as: [MonitorSummary].self))
    case .history: history(try answer.read(as: [ContactSummary].self))
    case .why: why(try answer.read(as: ExplanationSummary.self))
    case .customers: customers(try answer.read(as: [CustomerCard].self))
    case .settings: settings(try answer.read(as: [SettingSummary].self))
    case .report: report(try answer.read(as: FigureReport.self))
    case .csv: csv(try answer.read(as: FigureReport.self))
    case .verification: verification(try answer.read(as: FigureVerification.self))
    case .shifts: shifts(try answer.read(as: [ShiftSummary].self))
    case .shiftTable: shiftTable(try answer.read(as: [ShiftSummary].self))
    case .help: help(try answer.read(as: [CommandDescription].self))
    }
  }

  /// The machine's own time zone.
  static let localTime: @Sendable (Int64) -> String = { milliseconds in
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    localtime_r(&seconds, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + " \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
  }

  func shown(_ time: String) -> String {
    RFC3339.milliseconds(time).map(self.time) ?? time
  }

  func table(_ headings: [String], right: Set<String> = [], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return words["nothing to show"] + "\n" }
    let columns = headings.map { Table.Column(heading: words[$0], alignsRight: right.contains($0)) }
    return Table(columns: columns, rows: rows).text(emphasis: emphasis)
  }

  /// `1:05`, `2:00:00`.
  static func length(_ seconds: Int64) -> String {
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if seconds < 3600 { return "\(seconds / 60):\(two(seconds % 60))" }
    return "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  private func done(_ done: Done) -> String {
    var words = ["ok"]
    if let contact = done.contact { words.append(contact.rawValue) }
    if !done.note.isEmpty { words.append(done.note) }
    return TerminalText.safe(words.joined(separator: "  ")) + "\n"
  }

  private func agents(_ agents: [AgentSummary]) -> String {
    table(
      ["AGENT", "NAME", "STATUS", "ACTIVITY", "PHONE", "SINCE", "TODAY", "OCC %", "QUEUES", "CONTACT"],
      right: ["TODAY", "OCC %"],
      agents.map { agent in
        var status = words[agent.status]
        if let reason = agent.reasonName ?? agent.reason.map({ words[$0] }), !reason.isEmpty {
          status += " (\(reason))"
        }
        if let pending = agent.pending { status += " → \(words[pending])" }
        var activity = words[agent.activity]
        if agent.capacity > 1 { activity += " \(agent.contacts.count)/\(agent.capacity)" }
        // Of somebody who is away and does nothing, since when she is away.
        let isAway = agent.status == "not_ready" && agent.activity == "idle"
        let contacts = agent.contacts.isEmpty ? [agent.contact].compactMap(\.self) : agent.contacts
        return [
          agent.agent.rawValue, agent.name, status, activity, agent.phone?.rawValue ?? "",
          shown(isAway ? agent.statusSince : agent.activitySince), agent.callsToday.map { "\($0)" } ?? "",
          agent.occupancyPercent.map { Figure.text($0, decimals: 1) } ?? "",
          agent.queues.map(\.rawValue).joined(separator: ","),
          contacts.map(\.rawValue).joined(separator: ","),
        ]
      })
  }

  /// `0:20–1:05`: half wait less than the first, nine in ten less than the second.
  private func estimate(_ wait: EstimatedWaitSummary) -> String {
    Self.length(wait.p50Seconds) + "–" + Self.length(wait.p90Seconds)
  }

  private func queues(_ queues: [QueueSummary]) -> String {
    let numbers = ["WAITING", "RINGING", "LONGEST", "EST", "LOGGED IN", "FREE", "OFFERED", "ANSWERED", "LOST", "SL %"]
    let tables = table(
      ["QUEUE", words.japanese ? "名称" : "NAME", "STATE"] + numbers, right: Set(numbers),
      queues.map { queue in
        [
          queue.queue.rawValue, queue.name, queue.paused ? words["paused"] : "", "\(queue.waiting)", "\(queue.ringing)",
          queue.longestWaitSeconds.map(Self.length) ?? "",
          queue.estimatedWait.map(estimate) ?? queue.estimatedWaitReason.map { words[$0] } ?? "",
          "\(queue.agentsLoggedIn)", "\(queue.agentsFree)",
          queue.offeredToday.map { "\($0)" } ?? "", queue.answeredToday.map { "\($0)" } ?? "",
          queue.abandonedToday.map { "\($0)" } ?? "",
          queue.serviceLevelPercent.map { Figure.text($0, decimals: 1) } ?? "",
        ]
      })
    return tables + (queues.first?.earlyFlowOut.map(earlyFlowOut) ?? "")
  }

  private func calls(_ calls: [CallSummary]) -> String {
    table(
      ["CONTACT", "DIRECTION", "STATE", "CALLER", "CUSTOMER", "QUEUE", "AGENT", "SECONDS", "EST", "REC"],
      right: ["SECONDS", "EST"],
      calls.map { call in
        [
          call.contact.rawValue, words[call.direction], words[call.state], call.caller.display, call.customer ?? "",
          call.queue?.rawValue ?? "", call.agents.map(\.rawValue).joined(separator: ", "), "\(call.seconds)",
          call.estimatedWait.map(estimate) ?? "", call.recording ? "●" : "",
        ]
      })
  }

  private func monitors(_ monitors: [MonitorSummary]) -> String {
    table(
      ["SUPERVISOR", "PHONE", "STATE", "MODE", "AGENT", "CONTACT", "FOLLOW", "SINCE"],
      monitors.map { monitor in
        [
          monitor.supervisor.rawValue, monitor.phone.rawValue, words[monitor.state], words[monitor.mode.rawValue],
          monitor.agent.rawValue, monitor.contact?.rawValue ?? "", words[monitor.follow.rawValue],
          shown(monitor.since),
        ]
      })
  }

  private func history(_ contacts: [ContactSummary]) -> String {
    table(
      [
        "STARTED", "DIRECTION", "CALLER", "CUSTOMER", "CALLED", "AGENT", "WAIT", "TALK", "END", "DISPOSITION",
        "CONTACT",
        "REC",
      ],
      right: ["WAIT", "TALK"],
      contacts.map { contact in
        let agents = contact.segments.filter { $0.kind == "agent" && $0.answeredAt != nil }.map(\.subject)
        return [
          shown(contact.startedAt), words[contact.direction], contact.caller.display, contact.customerName ?? "",
          contact.called, agents.joined(separator: ","), contact.waitSeconds.map(Self.length) ?? "",
          contact.talkSeconds.map(Self.length) ?? "", contact.endReason.map { words[$0] } ?? "",
          contact.disposition ?? "", contact.contact.rawValue, contact.recordings.map(\.path).joined(separator: " "),
        ]
      })
  }

  private func customers(_ customers: [CustomerCard]) -> String {
    table(
      ["CUSTOMER", "NAME", "READING", "NUMBERS", "NOTES"],
      customers.map { [$0.customer.rawValue, $0.name, $0.reading, $0.numbers.joined(separator: " "), $0.notes] })
  }

  private func help(_ commands: [CommandDescription]) -> String {
    commands.map { command in
      var lines = [command.line, "    least role: \(command.role.rawValue)"]
      for parameter in command.parameters {
        lines.append(
          "    \(parameter.name)  \(parameter.help) (\(parameter.type)\(parameter.required ? "" : ", optional"))")
      }
      return lines.map(TerminalText.safe).joined(separator: "\n") + "\n"
    }.joined()
  }
}
