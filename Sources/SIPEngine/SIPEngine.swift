import CSIPBridge
import Glibc
public import Telephony
public import Threads

/// The SIP stack as a call engine: legs, audio points and registrations by their names.
///
/// Every call into the stack is made on one thread that it knows; what it says comes out of `events` in the order of the
/// wire. A call to a phone that registered from several places rings at all of them and is one leg all the same. Knows
/// no queue, agent or customer. Start it once; `stop` must be called before it is let go of.
public actor SIPEngine {
  private nonisolated let thread: StackThread
  /// The stack's one thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// What happened, in order, without bound; ends with `stop`. For one reader.
  public nonisolated let events: Mailbox<CallEvent>
  /// What to write down about registrations, in order, without bound; ends with `stop`. For one reader.
  public nonisolated let bindingChanges: AsyncStream<BindingChange>
  /// Who was turned away; of a flood that nobody reads the last thousand are kept. For one reader.
  public nonisolated let refusals: AsyncStream<Refusal>
  /// How much there is to do, each second; of what nobody reads the latest is kept. For one reader.
  public nonisolated let load: AsyncStream<LoadFigures>
  /// The stack's own log; of what nobody reads the last thousand lines are kept. For one reader.
  public nonisolated let stackLog: AsyncStream<StackLogLine>
  /// Version of the stack, for the start-up line.
  public static var stackVersion: String { String(borrowed: sip_stack_version()) }

  nonisolated let inbox: Inbox
  private let chores: AsyncStream<Inbox.Chore>
  private var isUsed = false
  private var running: OpaquePointer?
  private var recordingsDirectory: Int32 = -1
  private(set) var extensions: [PhoneID: (trunk: TrunkID, number: String)] = [:]
  private(set) var numberFormats: [TrunkID: SIPEngineSettings.NumberFormat] = [:]
  private var lastChild: UInt64 = 0
  private var lastRecording: UInt64 = 0
  var recordings: [RecordingID: UInt64] = [:]
  var music: [String: UInt64] = [:]
  var beepSeconds = 15
  var beepIsOpen = false
  /// Links whose leg rings at several phones: opened when one has answered.
  var waitingLinks: Set<AudioLink> = []

  /// Nothing runs before `start`. Whoever gives the thread may let other actors share it.
  public init(on thread: StackThread = StackThread()) {
    self.thread = thread
    let events = Mailbox<CallEvent>()
    let (changes, toChanges) = AsyncStream.makeStream(of: BindingChange.self)
    let (refusals, toRefusals) = AsyncStream.makeStream(of: Refusal.self, bufferingPolicy: .bufferingNewest(1000))
    let (load, toLoad) = AsyncStream.makeStream(of: LoadFigures.self, bufferingPolicy: .bufferingNewest(1))
    let (log, toLog) = AsyncStream.makeStream(of: StackLogLine.self, bufferingPolicy: .bufferingNewest(1000))
    let (chores, toChores) = AsyncStream.makeStream(of: Inbox.Chore.self)
    self.events = events
    self.bindingChanges = changes
    self.refusals = refusals
    self.load = load
    self.stackLog = log
    self.chores = chores
    inbox = Inbox(
      events: events, changes: toChanges, refusals: toRefusals, load: toLoad, log: toLog, chores: toChores)
  }

  /// Starts the stack and listens. An engine that was stopped, or failed to start, cannot be started again: `.stopped`.
  public func start(_ settings: SIPEngineSettings) throws(EngineError) {
    guard !isUsed else { throw .stopped }
    isUsed = true
    let directory = open(settings.recordingsDirectory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard directory >= 0 else {
      inbox.finish()
      throw .file(settings.recordingsDirectory, reason: String(cString: strerror(errno)))
    }
    for phone in settings.phones {
      if case .extension(let trunk, let number) = phone.access { extensions[phone.id] = (trunk, number) }
    }
    beepSeconds = settings.beepSeconds
    for trunk in settings.trunks { numberFormats[trunk.id] = trunk.numberFormat }

    let cSettings = CSettings(settings, recordingsDirectory: directory)
    let context = Unmanaged.passRetained(inbox)
    var started: OpaquePointer?
    let code = withUnsafePointer(to: cSettings.value) { value in
      withExtendedLifetime(cSettings) { sip_engine_start(value, Inbox.callback, context.toOpaque(), &started) }
    }
    guard code == Int32(SIP_OK), let started else {
      context.release()
      close(directory)
      inbox.finish()
      throw .stack(code: sip_last_status(), during: "start: \(String(borrowed: sip_last_error()))")
    }
    running = started
    recordingsDirectory = directory
    // Ends with `stop`, which finishes the chores.
    Task { for await chore in chores { carryOut(chore) } }
  }

  /// Ends all legs, seals recordings, closes the sockets, and ends the streams after the last event. The second time
  /// nothing happens.
  public func stop() {
    isUsed = true
    if let engine = running {
      running = nil
      sip_engine_stop(engine)
      // The stack has called for the last time.
      Unmanaged.passUnretained(inbox).release()
      close(recordingsDirectory)
    }
    inbox.finish()
  }

  /// The stack, while it runs.
  func engine() throws(EngineError) -> OpaquePointer {
    guard let running else { throw .stopped }
    return running
  }

  /// A name for one of several dialogs of a leg, from a range that no flow uses.
  func newChild() -> LegID {
    lastChild += 1
    return LegID(rawValue: 1 << 63 | 1 << 62 | lastChild)
  }

  /// The number of a recording in the stack.
  func newRecording() -> UInt64 {
    lastRecording += 1
    return lastRecording
  }

  private func carryOut(_ chore: Inbox.Chore) {
    guard let running else { return }
    switch chore {
    case .end(let child, let isAnsweredElsewhere):
      // It may have ended by itself meanwhile.
      _ = Self.end(child, status: 487, isAnsweredElsewhere: isAnsweredElsewhere, in: running)
    case .connect(let leg): connectWaiting(leg)
    }
  }

  static func end(_ leg: LegID, status: Int, isAnsweredElsewhere: Bool, in engine: OpaquePointer) -> Int32 {
    // RFC 3326 §3.1
    let reason = "SIP;cause=200;text=\"Call completed elsewhere\""
    return sip_leg_end(engine, leg.rawValue, Int32(clamping: status), isAnsweredElsewhere ? reason : nil)
  }

  /// Throws what a code of the bridge means; `leg` is the leg that a missing one is reported as.
  func check(_ code: Int32, leg: LegID, file: String = "", during action: String) throws(EngineError) {
    switch Int(code) {
    case SIP_OK: return
    case SIP_NO_SUCH_LEG: throw .noSuchLeg(leg)
    case SIP_STOPPED: throw .stopped
    case SIP_EXHAUSTED, SIP_MEMORY: throw .exhausted
    case SIP_FILE: throw .file(file, reason: String(borrowed: sip_last_error()))
    case SIP_STACK: throw .stack(code: sip_last_status(), during: "\(action): \(String(borrowed: sip_last_error()))")
    default: throw .stack(code: code, during: action)
    }
  }
}
