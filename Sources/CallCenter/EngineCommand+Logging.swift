import Distribution
import Figures
import History
import Recordings
import Supervision
import Telephony

extension CallFlow.EngineCommand {
  /// The contact, where the command itself names it.
  var contact: ContactID? {
    if case .dial(_, _, _, let contact) = self { contact } else { nil }
  }

  /// What the log says of it: never a number, a name or a key.
  var logText: String {
    switch self {
    case .ring(let leg): "ring \(leg)"
    case .openEarlyMedia(let leg): "open early media \(leg)"
    case .answer(let leg): "answer \(leg)"
    case .press(_, let leg): "press a key on \(leg)"
    case .end(let leg, let status, _): "end \(leg) \(status)"
    case .dial(let leg, .phone(let phone), _, _): "dial \(leg) phone \(phone)"
    case .dial(let leg, .trunk(let trunk, _), _, _): "dial \(leg) trunk \(trunk)"
    case .link(let link): "link \(link.from.logText) to \(link.to.logText)"
    case .unlink(let link): "unlink \(link.from.logText) from \(link.to.logText)"
    case .play(let file, let leg): "play \(file) to \(leg)"
    case .startRecording(let recording, _): "start recording \(recording)"
    case .startRecordingBeside(let recording, _, let other, _): "start recording \(recording) beside \(other)"
    case .stopRecording(let recording): "stop recording \(recording)"
    case .refuseNewCalls(let status, let seconds):
      "refuse new calls \(status) \(seconds.lowerBound)-\(seconds.upperBound)"
    case .takeNewCalls: "take new calls"
    }
  }
}

extension AudioPoint {
  fileprivate var logText: String {
    switch self {
    case .leg(let leg): "\(leg)"
    case .music(let file): file
    case .beep: "beep"
    case .outside(let recording): "outside of \(recording)"
    case .supervisor(let recording): "supervisors of \(recording)"
    case .agentSide(let recording): "agent side of \(recording)"
    }
  }
}

extension UnwrittenRows.Row {
  /// Whose it is.
  var contact: ContactID? {
    switch self {
    case .monitor(let entry): entry.contact
    case .contact(let record): record.id
    case .disposition(let contact, _): contact
    case .recording(let recording): recording.contact
    case .floor: nil
    case .stretch(let stretch): stretch.engagement.contact
    case .figures: nil
    }
  }

  /// Which row it is: never what stands in it.
  var logText: String {
    switch self {
    case .contact: "contact"
    case .disposition: "disposition"
    case .monitor(let entry): "monitor \(entry.monitor)"
    case .recording(let recording): "recording \(recording.id)"
    case .floor: "floor"
    case .stretch(let stretch): "time of \(stretch.agent)"
    case .figures: "figures"
    }
  }
}
