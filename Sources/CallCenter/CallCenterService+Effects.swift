import Control
import Directory
import History
import Recordings
import Telephony

extension CallCenterService {
  /// One effect, to its end for the engine and the notices; as a child for whatever may be slow.
  func carryOut(_ effect: CallFlow.Effect, in group: inout DiscardingTaskGroup) async {
    switch effect {
    case .notice(let notice):
      outside.log(notice.logLine)
      outside.notices.publish(notice)
    case .engine(let command): await carryOut(command)
    case .lookUp(let contact, let number):
      let source = outside.customers
      let log = outside.log
      group.addTask {
        do {
          await self.found(contact, try await source.customers(with: number))
        } catch {
          log(LogLine(.warning, "directory failed", contact: contact, ["error": "\(error)"]))
          await self.lookUpFailed(contact)
        }
      }
    case .saveContact(let record): written.yield(.contact(record))
    case .saveRecording(let recording): written.yield(.recording(recording))
    case .startTimer(let timer, let duration): startTimer(timer, duration, in: &group)
    case .cancelTimer(let timer): timers.removeValue(forKey: timer)?.cancel()
    case .log(let line): outside.log(line)
    }
  }

  /// The sleep is a task of its own, so that it can be cancelled alone; a child of the group waits for it, so that it does
  /// not outlive `run`.
  private func startTimer(_ timer: CallFlow.Timer, _ duration: Duration, in group: inout DiscardingTaskGroup) {
    timers[timer]?.cancel()
    let sleep = Task {
      do { try await Task.sleep(for: duration, tolerance: .zero, clock: .continuous) } catch { return false }
      return true
    }
    timers[timer] = sleep
    group.addTask {
      let isDue = await withTaskCancellationHandler {
        await sleep.value
      } onCancel: {
        sleep.cancel()
      }
      if isDue { await self.due(timer, sleep) }
    }
  }

  private func carryOut(_ command: CallFlow.EngineCommand) async {
    outside.log(LogLine(.debug, "engine", contact: command.contact, ["command": command.logText]))
    do throws(EngineError) {
      switch command {
      case .ring(let leg): try await outside.engine.ring(leg)
      case .openEarlyMedia(let leg): try await outside.engine.openEarlyMedia(leg)
      case .answer(let leg): try await outside.engine.answer(leg)
      case .end(let leg, let status, let elsewhere):
        try await outside.engine.end(leg, status: status, answeredElsewhere: elsewhere)
      case .dial(let leg, let destination, let caller, let contact):
        try await outside.engine.dial(leg, to: destination, showing: caller, contact: contact)
      case .link(let link): try await outside.engine.link(link)
      case .unlink(let link): try await outside.engine.unlink(link)
      case .play(let file, let leg): try await outside.engine.play(file, to: leg)
      case .startRecording(let recording, let file):
        try await outside.engine.startRecording(recording, file: file)
      case .stopRecording(let recording): try await outside.engine.stopRecording(recording)
      }
    } catch {
      failed(command, error)
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
      let status = error == .exhausted ? 503 : 480
      happened(.ended(leg, LegEnd(status: status, byPeer: false, wasAnswered: false)))
    case .play(_, let leg): happened(.announcementFinished(leg))
    case .startRecording(let recording, _): happened(.recordingFailed(recording, reason: "\(error)"))
    default: break
    }
  }

  /// Writes rows, one after the other, apart from the lane: a slow disk delays no call.
  func write() async {
    for await row in rows {
      do {
        switch row {
        case .contact(let record): try await outside.history.save(record)
        case .recording(let recording): try await outside.recordings.save(recording)
        }
      } catch {
        outside.log(
          LogLine(
            .error, "a row could not be written", contact: row.contact, ["row": row.logText, "error": "\(error)"]))
      }
    }
  }
}
