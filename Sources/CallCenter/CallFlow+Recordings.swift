import Control
import Conversations
import History
import Recordings
import Supervision
import Telephony

/// Files: started, sealed, failed.
extension CallFlow {
  mutating func translate(_ effects: [Recorder.Effect], at now: Moment) -> [Effect] {
    effects.flatMap { translate($0, at: now) }
  }

  private mutating func translate(_ effect: Recorder.Effect, at now: Moment) -> [Effect] {
    switch effect {
    case .start(let recording):
      recordings[recording.id] = recording
      var effects: [Effect] = [.saveRecording(recording)]
      if let main = recording.beside.flatMap({ recordings[$0] }) {
        let offset = recording.startedAt.since(main.startedAt)
        effects.append(
          .engine(.startRecordingBeside(recording.id, file: recording.file, other: main.id, after: offset)))
        effects += translate(switchboard.supervisorRecordingBegan(recording.id, of: recording.contact))
      } else {
        effects.append(.engine(.startRecording(recording.id, file: recording.file)))
        effects += translate(switchboard.recordingBegan(recording.id, of: recording.contact))
        if monitors.recordsApart(in: recording.contact) {
          effects += translate(recorder.supervisorSpoke(recording.contact, at: now), at: now)
        }
      }
      effects += translate(books.recorded(recording.contact, recording.id))
      return effects + [recordingNotice(.recordingStarted(summary(recording)), recording, at: now)]
    case .stop(let id):
      return translate(switchboard.recordingEnded(id)) + [.engine(.stopRecording(id))]
    case .save(let recording):
      recordings[recording.id] = recording.endedAt == nil ? recording : nil
      guard recording.state == .sealed else { return [.saveRecording(recording)] }
      return [.saveRecording(recording), recordingNotice(.recordingEnded(summary(recording)), recording, at: now)]
    }
  }

  mutating func recordingFailed(_ id: RecordingID, reason: String, at now: Moment) -> [Effect] {
    guard let recording = recordings[id] else { return [] }
    var failed = recording
    failed.state = .failed
    return [
      .log(
        LogLine(.error, "recording failed", contact: recording.contact, ["file": recording.file, "reason": reason])),
      recordingNotice(.recordingFailed(summary(failed), reason: reason), recording, at: now),
    ] + translate(recorder.failed(id, at: now), at: now)
  }

  private func recordingNotice(_ body: Notice.Body, _ recording: Recording, at now: Moment) -> Effect {
    .notice(
      Notice(
        at: now, contact: recording.contact, agent: recording.agent, queue: recording.queue, body: body,
        audience: audience(of: recording)))
  }

  func summary(_ recording: Recording) -> RecordingSummary {
    RecordingSummary(
      recording: recording.id, path: settings.recordingsFolder + "/" + recording.file, state: recording.state.rawValue,
      startedAt: RFC3339.text(recording.startedAt.wallMilliseconds), beside: recording.beside)
  }
}
