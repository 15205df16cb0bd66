import CallCenter
import Changes
import Configuration
import Control
import ControlSocket
import Directory
import Distribution
import Figures
import Glibc
import History
import Recordings
import SIPEngine
import Storage
import Synchronization
import Telephony
import Threads

/// One run of the daemon: its parts, wired; begins with `run` and is over when that returns.
final class Daemon: Sendable {
  private let configuration: DaemonConfiguration
  private let source: ConfigurationSource
  private let sink: StandardErrorLog
  private let started = Moment.now()
  private let draining = Atomic(false)

  init(_ loaded: DaemonConfiguration.Loaded) {
    configuration = loaded.configuration
    source = loaded.source
    sink = StandardErrorLog(least: LogLine.Level(configuration.logLevel))
  }

  private var log: Log { { [sink] in sink.write($0) } }

  /// Serves until a signal ends it.
  func run(until signals: EndSignals) async throws {
    System.raiseDescriptorLimit()
    let storage = configuration.storage
    try System.makeFolder(System.folder(of: storage.database))
    try System.makeFolder(storage.recordings)
    // Before anything is read as if its daemon were dead.
    let lock = try System.lock(storage.database)
    defer { close(lock) }
    let database = try Database(path: storage.database, log: log)
    let epoch = UInt64(try await database.nextEpoch())
    try await recover(database)
    let running = try await withChanges(of: database)
    let sounds = try BuiltInSounds(folder: System.folder(of: storage.database))
    let bindings = try await database.bindings().compactMap { Binding($0) }

    let server = ControlServer(settings: try ControlSocketSettings(configuration.control), epoch: epoch, log: log)
    let thread = StackThread()
    let engine = SIPEngine(on: thread)
    let now = Moment.now()
    guard let read = Program.reader(configuration.numbering) else {
      throw StartFault("the numbers of country \(configuration.numbering.country) are not known")
    }
    var flow = CallFlow(
      settings: CallFlowSettings(running.configuration, sounds: sounds), read: read,
      seed: UInt64.random(in: 0...UInt64.max), at: now)
    flow.figuresRestored(try await database.cells(in: flow.keptDays))
    flow.remember(try await database.lastConversations(since: flow.remembersFrom(now)), at: now)
    let past = try await database.pastWork(flow.boundsOfPastWork(at: now))
    let service = CallCenterService(
      flow: flow,
      surroundings: .init(
        engine: engine, notices: server, customers: database, history: database, recordings: database,
        figures: database, shifts: database, monitors: database, decisions: database, floor: database,
        now: { Moment.now() }, log: log,
        logLevel: LogLine.Level(configuration.logLevel)), executor: thread)
    let desk = FrontDesk(
      service: service,
      settings: SettingsDesk(running, store: database, sounds: sounds, service: service, log: log),
      server: server, stack: SIPEngine.stackVersion, started: started,
      isDraining: { [self] in draining.load(ordering: .relaxed) })

    await service.restored(try await database.floor(), past)
    async let calls: Void = service.run(engine.events)
    async let registrations: Void = keep(engine.bindingChanges, in: database)
    async let refusals: Void = tell(engine.refusals, to: service)
    async let load: Void = watch(engine.load, for: service)
    async let stackLog: Void = write(engine.stackLog)
    async let forgetting: Void = forgetDecisions(in: database)
    do {
      try await engine.start(SIPEngineSettings(configuration, bindings: bindings))
      try server.start(handler: desk)
    } catch {
      await engine.stop()
      server.stop()
      _ = await (calls, registrations, refusals, load, stackLog, forgetting)
      await database.close()
      guard case EngineError.stack(_, let what) = error else { throw error }
      throw StartFault("\(configuration.sip.bindAddress):\(configuration.sip.port) ([sip] bind and port): \(what)")
    }
    log(
      LogLine(
        .info, "serving",
        [
          "sip": "\(configuration.sip.bindAddress):\(configuration.sip.port)", "socket": configuration.control.socket,
          "version": Program.version, "stack": SIPEngine.stackVersion,
        ]))
    await untilStopped(signals.stream, service)
    await engine.stop()
    _ = await (calls, registrations, refusals, load, stackLog, forgetting)
    server.stop()
    await database.close()
    log(LogLine(.info, "stopped"))
  }

  /// What a dead daemon left open is closed, and said.
  private func recover(_ database: Database) async throws {
    let folder = configuration.storage.recordings
    for recording in try await database.markInterrupted(length: { RecordedFile.length(of: $0, in: folder) }) {
      log(LogLine(.warning, "a recording was interrupted", ["recording": recording.rawValue]))
    }
    let interrupted = try await database.closeInterrupted()
    for contact in interrupted { log(LogLine(.warning, "a contact was interrupted", contact: contact)) }
    let now = Moment.now()
    let oldest = Cell.oldest(keptFor: configuration.figuresKept, at: now)
    try await FigureStart(database: database, log: log).settle(interrupted: interrupted, since: oldest, at: now)
    if !configuration.customers.isEmpty, try await database.allCustomers().isEmpty {
      try await database.save(configuration.customers)
      log(LogLine(.info, "customers loaded", ["count": "\(configuration.customers.count)"]))
    }
  }

  /// What was changed while running wins over the file; what does not fit it any more is told, and kept.
  private func withChanges(of database: Database) async throws -> RunningConfiguration {
    let running = RunningConfiguration(source, changes: SettingChanges(try await database.settingChanges()))
    for (target, reason) in running.aside.sorted(by: { $0.key < $1.key }) {
      log(
        LogLine(
          .warning, "a saved change does not fit the file",
          ["of": "\(target.subject)", "key": target.key, "why": reason]))
    }
    let inForce = running.changes.inOrder.count - running.aside.count
    if inForce > 0 { log(LogLine(.info, "saved changes are in force", ["count": "\(inForce)"])) }
    return running
  }

  /// Waits for a signal, refuses new calls, and lets the present ones go on for the drain time or until a second signal.
  private func untilStopped(_ signals: AsyncStream<Int32>, _ service: CallCenterService) async {
    var ends = signals.makeAsyncIterator()
    let first = await ends.next()
    draining.store(true, ordering: .relaxed)
    log(LogLine(.info, "stopping", ["signal": "\(first ?? 0)", "drain": "\(configuration.drain)"]))
    await service.drain(seconds: Int(configuration.drain.components.seconds))
    await service.untilIdle(
      or: { for await _ in signals { return } },
      { [drain = configuration.drain] in try? await Task.sleep(for: drain) })
    await service.stopCalls()
    await service.untilIdle(or: { try? await Task.sleep(for: Self.longestEnding) })
  }

  /// How long the ends of calls may take to go out, once they are decided.
  private static let longestEnding = Duration.seconds(5)

  /// Registrations survive a restart.
  private func keep(_ changes: AsyncStream<BindingChange>, in database: Database) async {
    for await change in changes {
      do {
        switch change {
        case .bound(let binding): try await database.save(StoredBinding(binding))
        case .unbound(let binding):
          try await database.removeBinding(of: binding.phone, contact: binding.contact)
        }
      } catch {
        log(LogLine(.error, "a registration could not be written", ["error": "\(error)"]))
      }
    }
  }

  /// What was decided too long ago goes, a little at a time: calls that come meanwhile are written in between.
  private func forgetDecisions(in database: Database) async {
    let oldest = DecisionLog.oldest(keptFor: configuration.decisionsKept, at: started)
    do {
      while try await database.forgetDecisions(before: oldest, atMost: 200) > 0 {}
    } catch {
      log(LogLine(.error, "old decisions could not be deleted", ["error": "\(error)"]))
    }
  }

  private func tell(_ refusals: AsyncStream<Refusal>, to service: CallCenterService) async {
    for await refusal in refusals {
      await service.refused(source: refusal.address, reason: refusal.reason)
    }
  }

  private func watch(_ load: AsyncStream<LoadFigures>, for service: CallCenterService) async {
    for await figures in load { await service.loadMeasured(figures) }
  }

  private func write(_ lines: AsyncStream<StackLogLine>) async {
    for await line in lines {
      let level: LogLine.Level = line.level <= 1 ? .error : line.level == 2 ? .warning : .debug
      log(LogLine(level, "stack", ["line": line.text]))
    }
  }
}

extension LogLine.Level {
  init(_ level: LogLevel) {
    switch level {
    case .error: self = .error
    case .warning: self = .warning
    case .notice, .info: self = .info
    case .debug: self = .debug
    }
  }
}
