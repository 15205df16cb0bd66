import Distribution
import Figures
import History
import Recordings
import Supervision
import Telephony

/// What is to be written down: each record once, as it was last seen, in the order in which they came to wait.
struct UnwrittenRows: Sendable {
  /// One record of one of the stores.
  enum Row: Sendable {
    case contact(ContactRecord)
    case disposition(ContactID, ContactDisposition)
    case recording(Recording)
    case stretch(Stretch)
    case figures([Cell: Counts], at: Moment)
    case monitor(MonitorEntry)
    case floor(FloorChange)
  }

  private var contacts: [ContactID: Int] = [:]
  private var dispositions: [ContactID: Int] = [:]
  private var recordings: [RecordingID: Int] = [:]
  private var floor: [FloorChange.Subject: Int] = [:]
  private var stretches: [StretchName: Int] = [:]
  private(set) var rows: [Row] = []
  /// Readers that want to find these rows in the stores: their streams end when they are there.
  var readers: [AsyncStream<Void>.Continuation] = []
  /// What is to be read from the stores when these are there, and nothing that comes later: later rows are written as soon
  /// as it calls what it is given.
  var reading: Reading?
  /// The pause for more rows, while there is one.
  var gathering: Task<Void, Never>?
  /// Nothing is written any more.
  var isClosed = false

  typealias Reading = @Sendable (_ begun: @escaping @Sendable () -> Void) async -> Void

  /// A later state of a record takes the place of the one that still waits.
  mutating func add(_ row: Row) {
    let waiting =
      switch row {
      case .contact(let record): contacts.updateValue(contacts[record.id] ?? rows.count, forKey: record.id)
      case .disposition(let contact, _):
        dispositions.updateValue(dispositions[contact] ?? rows.count, forKey: contact)
      case .recording(let recording):
        recordings.updateValue(recordings[recording.id] ?? rows.count, forKey: recording.id)
      case .stretch(let stretch):
        stretches.updateValue(stretches[StretchName(stretch)] ?? rows.count, forKey: StretchName(stretch))
      case .floor(let change): floor.updateValue(floor[change.subject] ?? rows.count, forKey: change.subject)
      case .monitor, .figures: Int?.none
      }
    if let waiting {
      rows[waiting] = row
    } else {
      rows.append(row)
    }
  }
}

/// Which row of an agent's time it is.
private struct StretchName: Hashable, Sendable {
  let agent: AgentID
  let startedAt: Moment

  init(_ stretch: Stretch) { (agent, startedAt) = (stretch.agent, stretch.startedAt) }
}

extension CallCenterService {
  /// How long rows wait for others: one sync of the disk then serves them all. A crash loses at most this much more than
  /// the disk itself would.
  private static let gathering = Duration.milliseconds(100)

  func write(_ row: UnwrittenRows.Row) {
    unwritten.add(row)
    rowsWait.yield()
  }

  /// Of decisions so many wait at most: while a disk hangs, calls go on, and each may come with many.
  func write(_ kept: KeptDecision) {
    if unwrittenDecisions.add(kept) {
      outside.log(LogLine(.error, "decisions are lost: the disk does not take them", contact: kept.decision.contact))
    }
    rowsWait.yield()
  }

  /// Returns when every row that has come until now is written, or could not be: whoever has heard of something finds it
  /// in the stores. It does not wait for more rows to come; it does wait for a disk that hangs.
  func untilWritten() async {
    guard !unwritten.isClosed else { return }
    let (written, reader) = AsyncStream<Void>.makeStream()
    unwritten.readers.append(reader)
    unwritten.gathering?.cancel()
    rowsWait.yield()
    for await _ in written {}
  }

  /// What waits is written as it is now; then `reading` begins, and only then what comes from here on is written.
  func seal(for reading: @escaping UnwrittenRows.Reading) {
    unwritten.gathering?.cancel()
    unwritten.reading = reading
    sealed.append(unwritten)
    unwritten = UnwrittenRows()
    rowsWait.yield()
  }

  /// Writes rows, apart from the lane: a slow disk delays no call. A later state of a record never loses to an earlier one,
  /// since a batch is written before the next one begins.
  func writeRows() async {
    await withDiscardingTaskGroup { readings in
      for await _ in unwrittenRows {
        await gatherRows()
        await writeBatches(&readings)
      }
      await writeBatches(&readings)
      unwritten.isClosed = true
      for reader in unwritten.readers { reader.finish() }
    }
  }

  /// Not at the end, and not while somebody wants to read.
  private func gatherRows() async {
    guard !isOver, unwritten.readers.isEmpty, sealed.isEmpty else { return }
    let pause = Task { () -> Void in try? await Task.sleep(for: Self.gathering) }
    unwritten.gathering = pause
    await pause.value
    unwritten.gathering = nil
  }

  private func writeBatches(_ readings: inout DiscardingTaskGroup) async {
    while !sealed.isEmpty {
      let batch = sealed.removeFirst()
      await write(batch)
      if let reading = batch.reading { await begin(reading, &readings) }
    }
    let batch = unwritten
    unwritten = UnwrittenRows()
    await write(batch)
  }

  /// Returns when what is written from now on is not seen by it any more, however long it goes on.
  private func begin(_ reading: @escaping UnwrittenRows.Reading, _ readings: inout DiscardingTaskGroup) async {
    let (begun, gate) = AsyncStream<Void>.makeStream()
    readings.addTask {
      await reading { gate.finish() }
      gate.finish()
    }
    for await _ in begun {}
  }

  private func write(_ batch: UnwrittenRows) async {
    let (decisions, lost) = unwrittenDecisions.take()
    if lost > 0 { outside.log(LogLine(.error, "decisions were lost", ["count": "\(lost)"])) }
    await withDiscardingTaskGroup { group in
      for kept in decisions { group.addImmediateTask { await self.save(kept) } }
      for row in batch.rows { group.addImmediateTask { await self.save(row) } }
    }
    for reader in batch.readers { reader.finish() }
  }

  /// Sums, so that none may be lost: those that a full disk refused are added to the next.
  private func add(_ cells: [Cell: Counts], at now: Moment) async throws {
    var sums = owedFigures
    for (cell, counts) in cells { sums[cell, default: Counts()].add(counts) }
    owedFigures = [:]
    do {
      try await outside.figures.add(sums, at: now, forgetting: flow.oldestFigures(at: now))
    } catch {
      for (cell, counts) in sums { owedFigures[cell, default: Counts()].add(counts) }
      throw error
    }
  }

  /// The end: unless something could not be written, the next start need not look for what is missing.
  func figuresWritten() async {
    guard owedFigures.isEmpty, flow.isIdle else { return }
    do { try await outside.figures.closed(at: outside.now()) } catch {
      outside.log(LogLine(.error, "the end of the figures could not be written", ["error": "\(error)"]))
    }
  }

  private func save(_ row: UnwrittenRows.Row) async {
    do {
      switch row {
      case .contact(let record): try await outside.history.save(record)
      case .disposition(let contact, let disposition): try await outside.history.save(disposition, of: contact)
      case .recording(let recording): try await outside.recordings.save(recording)
      case .stretch(let stretch): try await outside.figures.save(stretch)
      case .figures(let cells, let now): try await add(cells, at: now)
      case .monitor(let entry): try await outside.monitors.save(entry)
      case .floor(let change): try await outside.floor.save(change)
      }
    } catch {
      outside.log(
        LogLine(.error, "a row could not be written", contact: row.contact, ["row": row.logText, "error": "\(error)"]))
    }
  }
}
