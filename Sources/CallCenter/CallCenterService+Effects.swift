import Control
import Directory
import History
import Recordings
import Supervision
import Telephony

extension CallCenterService {
  /// One effect, to its end for the engine and the notices; as a child for whatever may be slow.
  func carryOut(_ effect: CallFlow.Effect, in group: inout DiscardingTaskGroup) async {
    switch effect {
    case .notice(let notice):
      if outside.logLevel <= .info, notice.isLogged { outside.log(notice.logLine) }
      outside.notices.publish(notice)
    case .engine(let command): await carryOut(command)
    case .lookUp(let contact, let number): group.addImmediateTask { await self.lookUp(contact, number) }
    case .saveContact(let record): write(.contact(record))
    case .saveDisposition(let contact, let disposition): write(.disposition(contact, disposition))
    case .saveRecording(let recording): write(.recording(recording))
    case .saveStretch, .saveFigures: writeFigures(effect)
    case .audit(let entry): group.addImmediateTask { await self.audit(entry) }
    case .saveMonitorEntry(let entry): write(.monitor(entry))
    case .saveDecision(let kept): write(kept)
    case .saveFloor(let change): write(.floor(change))
    case .startTimer(let timer, let duration): startTimer(timer, duration)
    case .cancelTimer(let timer): deadlines.cancel(timer)
    case .log(let line): outside.log(line)
    }
  }

  func writeFigures(_ effect: CallFlow.Effect) {
    switch effect {
    case .saveStretch(let stretch): write(.stretch(stretch))
    case .saveFigures(let cells, let now): write(.figures(cells, at: now))
    default: break
    }
  }

  private func lookUp(_ contact: ContactID, _ number: PhoneNumber) async {
    do {
      found(contact, try await outside.customers.customers(with: number))
    } catch {
      outside.log(LogLine(.warning, "directory failed", contact: contact, ["error": "\(error)"]))
      lookUpFailed(contact)
    }
  }

  /// The flow goes on only when the row is on the disk.
  private func audit(_ entry: MonitorEntry) async {
    do {
      try await outside.monitors.save(entry)
      audited(entry, isWritten: true)
    } catch {
      outside.log(LogLine(.error, "the audit failed", contact: entry.contact, ["error": "\(error)"]))
      audited(entry, isWritten: false)
    }
  }

  private func carryOut(_ command: CallFlow.EngineCommand) async {
    if outside.logLevel <= .debug {
      outside.log(LogLine(.debug, "engine", contact: command.contact, ["command": command.logText]))
    }
    do throws(EngineError) {
      switch command {
      case .ring(let leg): try await outside.engine.ring(leg)
      case .openEarlyMedia(let leg): try await outside.engine.openEarlyMedia(leg)
      case .answer(let leg): try await outside.engine.answer(leg)
      case .press(let digit, let leg): try await outside.engine.press(digit, on: leg)
      case .end(let leg, let status, let elsewhere):
        try await outside.engine.end(leg, status: status, answeredElsewhere: elsewhere)
      case .dial(let leg, let destination, let caller, let contact):
        try await outside.engine.dial(leg, to: destination, showing: caller, contact: contact)
      case .link(let link): try await outside.engine.link(link)
      case .unlink(let link): try await outside.engine.unlink(link)
      case .play(let file, let leg): try await outside.engine.play(file, to: leg)
      case .startRecording(let recording, let file):
        try await outside.engine.startRecording(recording, file: file)
      case .startRecordingBeside(let recording, let file, let other, let offset):
        try await outside.engine.startRecording(recording, file: file, beside: other, after: offset)
      case .stopRecording(let recording): try await outside.engine.stopRecording(recording)
      case .refuseNewCalls(let status, let seconds):
        try await outside.engine.refuseNewCalls(status: status, retryAfter: seconds)
      case .takeNewCalls: try await outside.engine.takeNewCalls()
      }
    } catch {
      failed(command, error)
      // Nobody would ever answer this leg: its end is told by the engine, as that of any other.
      if case .answer(let leg) = command { try? await outside.engine.end(leg, status: 500, answeredElsewhere: false) }
    }
  }

  /// A race is no error; a fault is logged, and becomes the event that the flow would have heard.
  private func failed(_ command: CallFlow.EngineCommand, _ error: EngineError) {
    switch error {
    case .noSuchLeg: break
    case .phoneNotReachable: break
    case .stopped, .exhausted, .file, .stack:
      outside.log(
        LogLine(
          .error, "the engine refused", contact: command.contact, ["command": command.logText, "error": "\(error)"]))
    }
    switch command {
    case .dial(let leg, _, _, _):
      // Without room for another leg, or an engine, no phone was asked, and none is to blame.
      let isOurFault = error == .exhausted || error == .stopped
      let end = LegEnd(status: isOurFault ? 503 : 480, byPeer: false, wasAnswered: false, isOurFault: isOurFault)
      happened(.ended(leg, end))
    case .play(_, let leg): happened(.announcementFinished(leg))
    case .startRecording(let recording, _), .startRecordingBeside(let recording, _, _, _):
      happened(.recordingFailed(recording, reason: "\(error)"))
    default: break
    }
  }
}
