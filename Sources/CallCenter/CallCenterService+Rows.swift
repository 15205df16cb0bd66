import History
import Recordings
import Telephony

/// What is to be written down: each record once, as it was last seen, in the order in which they came to wait.
struct UnwrittenRows: Sendable {
  /// One record of one of the stores.
  enum Row: Sendable {
    case contact(ContactRecord)
    case recording(Recording)
  }

  private var contacts: [ContactID: Int] = [:]
  private var recordings: [RecordingID: Int] = [:]
  private(set) var rows: [Row] = []

  /// A later state of a record takes the place of the one that still waits.
  mutating func add(_ row: Row) {
    let waiting =
      switch row {
      case .contact(let record): contacts.updateValue(contacts[record.id] ?? rows.count, forKey: record.id)
      case .recording(let recording):
        recordings.updateValue(recordings[recording.id] ?? rows.count, forKey: recording.id)
      }
    if let waiting {
      rows[waiting] = row
    } else {
      rows.append(row)
    }
  }
}

extension CallCenterService {
  /// How long rows wait for others: one sync of the disk then serves them all. A crash loses at most this much more than
  /// the disk itself would.
  private static let gathering = Duration.milliseconds(100)

  func write(_ row: UnwrittenRows.Row) {
    unwritten.add(row)
    rowsWait.yield()
  }

  /// Writes rows, apart from the lane: a slow disk delays no call. A later state of a record never loses to an earlier one,
  /// since a batch is written before the next one begins.
  func writeRows() async {
    for await _ in unwrittenRows {
      if !isOver { try? await Task.sleep(for: Self.gathering) }
      await writeBatch()
    }
    await writeBatch()
  }

  private func writeBatch() async {
    let batch = unwritten.rows
    unwritten = UnwrittenRows()
    guard !batch.isEmpty else { return }
    await withDiscardingTaskGroup { group in
      for row in batch { group.addImmediateTask { await self.save(row) } }
    }
  }

  private func save(_ row: UnwrittenRows.Row) async {
    do {
      switch row {
      case .contact(let record): try await outside.history.save(record)
      case .recording(let recording): try await outside.recordings.save(recording)
      }
    } catch {
      outside.log(
        LogLine(.error, "a row could not be written", contact: row.contact, ["row": row.logText, "error": "\(error)"]))
    }
  }
}
