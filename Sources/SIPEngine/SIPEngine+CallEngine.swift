import CSIPBridge
public import Telephony

extension SIPEngine: CallEngine {
  /// 180 to an incoming leg.
  public func ring(_ leg: LegID) throws(EngineError) {
    try check(sip_leg_ring(engine(), leg.rawValue), leg: leg, during: "ring")
  }

  /// 183 with media to an incoming leg.
  public func openEarlyMedia(_ leg: LegID) throws(EngineError) {
    try check(sip_leg_early_media(engine(), leg.rawValue), leg: leg, during: "early media")
  }

  /// 200 to an incoming leg.
  public func answer(_ leg: LegID) throws(EngineError) {
    try check(sip_leg_answer(engine(), leg.rawValue), leg: leg, during: "answer")
  }

  /// One key press to the peer: as telephone-events (RFC 4733) where it agreed to them, else by INFO.
  public func press(_ digit: Character, on leg: LegID) throws(EngineError) {
    let engine = try engine()
    guard case .leg(let one) = inbox.reach(leg) else { throw .noSuchLeg(leg) }
    let key = CChar(bitPattern: digit.asciiValue ?? 0)
    try check(sip_leg_press(engine, one.rawValue, key), leg: leg, during: "press a key")
  }

  /// Ends a leg in whatever state it is; one that rings at several phones at all of them.
  public func end(_ leg: LegID, status: Int, answeredElsewhere: Bool) throws(EngineError) {
    let engine = try engine()
    waitingLinks = waitingLinks.filter { !$0.touches(leg) }
    switch inbox.end(leg) {
    case .gone: throw .noSuchLeg(leg)
    case .leg(let one):
      let code = Self.end(one, status: status, isAnsweredElsewhere: answeredElsewhere, in: engine)
      try check(code, leg: leg, during: "end")
    case .ringing(let children):
      for child in children {
        // Each may have ended by itself meanwhile.
        _ = Self.end(child, status: status, isAnsweredElsewhere: answeredElsewhere, in: engine)
      }
    }
  }

  /// Dials a number by a trunk, or a phone wherever it is registered.
  public func dial(
    _ leg: LegID, to destination: Destination, showing caller: PresentedCaller, contact: ContactID
  ) throws(EngineError) {
    switch destination {
    case .trunk(let trunk, let number):
      let format = numberFormats[trunk] ?? .e164
      try dial(leg, number: format.written(number), by: trunk, showing: caller, contact: contact)
    case .phone(let phone):
      if let place = extensions[phone] {
        try dial(leg, number: place.number, by: place.trunk, showing: caller, contact: contact)
      } else {
        try dial(leg, phone: phone, showing: caller, contact: contact)
      }
    }
  }

  private func dial(
    _ leg: LegID, number: String, by trunk: TrunkID, showing caller: PresentedCaller, contact: ContactID
  ) throws(EngineError) {
    let engine = try engine()
    let code = Self.withPresented(caller, contact) { presented in
      sip_leg_dial_trunk(engine, leg.rawValue, trunk.rawValue, number, presented)
    }
    try check(code, leg: leg, during: "dial \(trunk)")
  }

  private func dial(_ leg: LegID, phone: PhoneID, showing caller: PresentedCaller, contact: ContactID)
    throws(EngineError)
  {
    let engine = try engine()
    var bindings = [UInt64](repeating: 0, count: 16)
    bindings.removeLast(bindings.count - sip_phone_bindings(engine, phone.rawValue, &bindings, bindings.count))
    func dial(_ one: LegID, _ binding: UInt64) -> Int32 {
      Self.withPresented(caller, contact) { sip_leg_dial_binding(engine, one.rawValue, binding, $0) }
    }
    guard let first = bindings.first else { throw .phoneNotReachable(phone) }
    guard bindings.count > 1 else { return try check(dial(leg, first), dialling: leg, phone) }

    let children = bindings.map { _ in newChild() }
    inbox.fork(leg, into: children)
    var dialled = 0
    var fault: Int32 = 0
    for (child, binding) in zip(children, bindings) {
      let code = inbox.isWanted(child) ? dial(child, binding) : Int32(SIP_NO_SUCH_LEG)
      if code == Int32(SIP_OK) {
        dialled += 1
      } else {
        fault = code
        inbox.notDialled(child)
      }
    }
    if dialled == 0 { try check(fault, dialling: leg, phone) }
  }

  private func check(_ code: Int32, dialling leg: LegID, _ phone: PhoneID) throws(EngineError) {
    // The last binding went while we looked.
    var left: UInt64 = 0
    if code != Int32(SIP_OK), sip_phone_bindings(try engine(), phone.rawValue, &left, 1) == 0 {
      throw .phoneNotReachable(phone)
    }
    try check(code, leg: leg, during: "dial \(phone)")
  }

  private static func withPresented(
    _ caller: PresentedCaller, _ contact: ContactID, _ use: (UnsafePointer<sip_presented>) -> Int32
  ) -> Int32 {
    caller.number.withCString { number in
      caller.displayName.withCString { name in
        contact.rawValue.withCString { contact in
          var presented = sip_presented(
            from_user: number, from_display_name: name, is_private: caller.isPrivate, contact: contact)
          return use(&presented)
        }
      }
    }
  }

  /// Plays a file once to one leg.
  public func play(_ file: String, to leg: LegID) throws(EngineError) {
    let engine = try engine()
    guard case .leg(let one) = inbox.reach(leg) else { throw .noSuchLeg(leg) }
    try check(sip_leg_play(engine, one.rawValue, file), leg: leg, file: file, during: "play")
  }

  /// Opens a stereo file below the recordings directory.
  public func startRecording(_ recording: RecordingID, file: String) throws(EngineError) {
    let engine = try engine()
    guard recordings[recording] == nil else { return }
    let number = newRecording()
    inbox.remember(recording, as: number)
    try check(
      sip_recording_open(engine, number, file), leg: LegID(rawValue: 0), file: file, during: "start recording")
    recordings[recording] = number
  }

  /// Opens a file of one channel on the timeline of another.
  public func startRecording(
    _ recording: RecordingID, file: String, beside other: RecordingID, after offset: Duration
  ) throws(EngineError) {
    let engine = try engine()
    guard recordings[recording] == nil else { return }
    let number = newRecording()
    inbox.remember(recording, as: number)
    let (seconds, fraction) = offset.components
    let milliseconds = UInt32(clamping: seconds * 1000 + fraction / 1_000_000_000_000_000)
    try check(
      sip_recording_open_beside(engine, number, file, recordings[other] ?? 0, milliseconds), leg: LegID(rawValue: 0),
      file: file, during: "start recording")
    recordings[recording] = number
  }

  /// Seals and closes it.
  public func stopRecording(_ recording: RecordingID) throws(EngineError) {
    let engine = try engine()
    guard let number = recordings.removeValue(forKey: recording) else { return }
    _ = sip_recording_close(engine, number)
  }

  /// From now on every new INVITE of a trunk is answered with this status and with Retry-After. Calls that are up go on,
  /// and phones stay registered.
  public func refuseNewCalls(status: Int, retryAfter seconds: ClosedRange<Int>) throws(EngineError) {
    sip_engine_refuse_new(
      try engine(), Int32(clamping: status), UInt32(clamping: seconds.lowerBound), UInt32(clamping: seconds.upperBound))
  }

  /// New INVITEs of trunks arrive again.
  public func takeNewCalls() throws(EngineError) { sip_engine_refuse_new(try engine(), 0, 0, 0) }
}
