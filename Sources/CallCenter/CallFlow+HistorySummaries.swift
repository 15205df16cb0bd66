import Control
import History
import Recordings
import Telephony

/// Records of the history in the words of the socket.
extension CallFlow {
  func summary(_ record: ContactRecord, recordings: [Recording], for client: Client) -> ContactSummary {
    let end = record.answeredAt ?? record.endedAt
    var told = ContactSummary(
      contact: record.id, direction: record.direction.rawValue, caller: summary(record.caller), called: record.called,
      customer: record.customer, customerName: record.customerName.isEmpty ? nil : record.customerName,
      startedAt: text(record.startedAt), answeredAt: record.answeredAt.map(text), endedAt: record.endedAt.map(text),
      seconds: record.endedAt.map { seconds($0, record.startedAt) },
      waitSeconds: end.map { seconds($0, record.startedAt) },
      talkSeconds: talkSeconds(record),
      endReason: record.endReason?.rawValue, segments: record.segments.map(summary),
      recordings: recordings.filter { isVisible($0, to: client) }.map { recording in
        var summary = summary(recording)
        summary.marks = visible(recording.marks, to: client)?.map(RecordingMarkSummary.init)
        return summary
      })
    told.disposition = record.disposition?.code
    if let note = record.disposition?.note, !note.isEmpty { told.dispositionNote = note }
    return told
  }

  /// Nil when nobody knows: of a contact that a crash cut off, and of which nothing is known after the answer.
  private func talkSeconds(_ record: ContactRecord) -> Int64? {
    guard let answered = record.answeredAt, let ended = record.endedAt else { return nil }
    return record.endReason == .systemFailure && ended == answered ? nil : seconds(ended, answered)
  }

  private func summary(_ segment: Segment) -> SegmentSummary {
    let kind: String
    let subject: String
    var phone: PhoneID?
    switch segment.kind {
    case .queue(let queue): (kind, subject) = ("queue", queue.rawValue)
    case .agent(let agent, let at):
      (kind, subject) = ("agent", agent.rawValue)
      phone = at
    case .announcement(let file): (kind, subject) = ("announcement", file)
    case .number(let number): (kind, subject) = ("number", number.display)
    }
    return SegmentSummary(
      segment: segment.id, kind: kind, subject: subject, phone: phone, startedAt: text(segment.startedAt),
      answeredAt: segment.answeredAt.map(text), endedAt: segment.endedAt.map(text),
      endReason: segment.endReason?.rawValue, heldSeconds: segment.held.components.seconds)
  }

  private func text(_ moment: Moment) -> String { RFC3339.text(moment.wallMilliseconds) }
  private func seconds(_ later: Moment, _ earlier: Moment) -> Int64 { later.since(earlier).components.seconds }
}

extension RecordingMarkSummary {
  init(_ mark: RecordingMark) {
    self.init(
      offsetMilliseconds: mark.offset.milliseconds, event: mark.event.rawValue, supervisor: mark.supervisor,
      agent: mark.agent)
  }
}
