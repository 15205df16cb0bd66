import Control
import Telephony

extension Notice {
  /// What some clients are told in place of something else is no line of its own.
  var isLogged: Bool {
    switch audience {
    case .everybody, .supervisors: true
    case .others, .bound: false
    }
  }

  /// The line by which the log tells the same thing: who and why, never a caller's number or name, and of the
  /// called number its end.
  var logLine: LogLine {
    var line = LogLine(level, body.type, contact: contact)
    func add(_ name: String, _ value: String?) {
      if let value { line.fields.append(LogLine.Field(name: name, value: value)) }
    }
    add("agent", agent?.rawValue)
    add("queue", queue?.rawValue)
    switch body {
    case .contactArrived(_, let called, let direction):
      add("called", LogLine.masked(called))
      add("direction", direction)
    case .contactOverflowed(let kind, let target, let reason):
      add("kind", kind)
      add("to", kind == "number" ? LogLine.masked(target) : target)
      add("reason", reason)
    case .contactOffered(let phone), .agentDisplaced(let phone), .phoneReachable(let phone),
      .phoneUnreachable(let phone):
      add("phone", phone.rawValue)
    case .contactOfferEnded(let reason): add("reason", reason)
    case .contactEnded(let reason, let stage):
      add("reason", reason)
      add("stage", stage)
    case .popUp(let value), .popUpCompleted(let value):
      add("card", value.card)
      add("customer", value.customers.first?.customer.rawValue)
    case .agentChanged(let summary, let cause, let actor):
      add("status", summary.status)
      add("activity", summary.activity)
      add("cause", cause)
      add("by", actor)
    case .agentOverstayed(let reason, let since):
      add("reason", reason)
      add("since", since)
    case .contactDisposition(let code, _): add("code", code)
    case .contactAudio(let side, let state):
      add("side", side)
      add("state", state)
    case .recordingStarted(let recording), .recordingEnded(let recording): add("file", recording.path)
    case .recordingFailed(let recording, let reason):
      add("file", recording.path)
      add("reason", reason)
    case .refused(let source, let reason):
      add("source", source)
      add("reason", reason)
    case .monitorStarted(let monitor), .monitorChanged(let monitor), .monitorStopped(let monitor, _):
      add("monitor", monitor.monitor.rawValue)
      add("supervisor", monitor.supervisor.rawValue)
      add("phone", monitor.phone.rawValue)
      add("mode", monitor.mode.rawValue)
      if case .monitorStopped(_, let reason) = body { add("reason", reason) }
    case .overloaded(let load, let causes):
      add("causes", causes.joined(separator: ","))
      for (name, value) in load.fields { add(name, value) }
    case .recovered(let load, let seconds):
      add("seconds", "\(seconds)")
      for (name, value) in load.fields { add(name, value) }
    case .monitorRefused(let supervisor, let phone, let right, let reason):
      add("supervisor", supervisor.rawValue)
      add("phone", phone.rawValue)
      add("right", right)
      add("reason", reason)
    case .contactPriorityChanged(let priority): add("priority", "\(priority)")
    case .queueChanged(let changes, let user), .membershipChanged(let changes, let user),
      .agentSettingsChanged(let changes, let user):
      for change in changes { add(change.key, JSONLine.text(change.new)) }
      add("user", "\(user)")
    case .codeChanged(let list, let code, let changes, let user):
      add("list", list)
      add("code", code)
      for change in changes { add(change.key, JSONLine.text(change.new)) }
      add("user", "\(user)")
    case .shiftChanged(let from, let to, let days, let user):
      add("from", from)
      add("to", to)
      add("days", "\(days)")
      add("user", "\(user)")
    case .contactTakenOver(let former): add("from", former.rawValue)
    case .contactQueued, .contactRinging, .contactConnected, .contactHeld, .contactRetrieved, .contactDialing,
      .contactDigit, .draining:
      break
    }
    return line
  }

  private var level: LogLine.Level {
    switch body {
    case .recordingFailed: .error
    case .refused, .monitorRefused, .overloaded: .warning
    case .contactAudio(_, let state): state == AudioState.flowing.rawValue ? .debug : .warning
    case .contactDigit: .debug
    default: .info
    }
  }
}

extension LoadSummary {
  /// In milliseconds, where it is about time.
  fileprivate var fields: KeyValuePairs<String, String> {
    [
      "lateness_p99_ms": "\(latenessP99Microseconds / 1000)",
      "lateness_worst_ms": "\(latenessWorstMicroseconds / 1000)",
      "missed_ticks": "\(missedTicks)", "signalling_late_ms": "\(signallingLatenessMicroseconds / 1000)",
      "recorder_percent": "\(recorderPercent)", "lost_samples": "\(lostSamples)", "events_waiting": "\(eventsWaiting)",
    ]
  }
}
