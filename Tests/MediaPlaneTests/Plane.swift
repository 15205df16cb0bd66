import CMediaPlane
import Glibc
import TelephonyTesting

/// What the plane tells, kept.
struct Event: Equatable {
  let kind: media_event_kind
  let tag: UInt64
  let key: Character?
  var reason: String?
}

/// A running media plane on 127.0.0.1 with a folder for its recordings; stopped when nobody keeps it.
///
/// Sendable, as the plane is safe from every thread.
final class Plane: @unchecked Sendable {
  let pointer: OpaquePointer
  let folder: String
  private let told: Told

  private final class Told: Sendable {
    let events = Guarded<[Event]>([])
  }

  struct Failed: Error {
    let code: Int32
  }

  /// Each starts looking for ports elsewhere, or they would all ask for the same.
  private static let started = Guarded(0)

  init(
    rate: UInt32 = 8000, workers: UInt32 = 2, oneWay: UInt32 = 0, silent: UInt32 = 0, ports: ClosedRange<Int32>? = nil
  ) throws {
    var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/tsunagi-plane-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failed(code: errno) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let directory = Glibc.open(folder, O_RDONLY | O_DIRECTORY)
    defer { close(directory) }
    let turn = Self.started.withLock { count in
      count += 1
      return count
    }
    told = Told()
    var settings = media_settings()
    settings.rate = rate
    settings.workers = workers
    settings.recordings_directory = directory
    settings.port_first = Int32(24000 + turn * 200 % 6000)
    settings.port_last = 31999
    if let ports {
      settings.port_first = ports.lowerBound
      settings.port_last = ports.upperBound
    }
    settings.one_way_seconds = oneWay
    settings.silent_seconds = silent
    settings.context = Unmanaged.passUnretained(told).toOpaque()
    settings.on_event = { event, context in
      guard let event = event?.pointee, let context else { return }
      let told = Unmanaged<Told>.fromOpaque(context).takeUnretainedValue()
      let key = event.key == 0 ? nil : Character(UnicodeScalar(UInt8(bitPattern: event.key)))
      let reason = event.reason.map { String(cString: $0) }
      told.events.withLock { $0.append(Event(kind: event.kind, tag: event.tag, key: key, reason: reason)) }
    }
    var made: OpaquePointer?
    let code = media_plane_start(&settings, &made)
    guard code == Int32(MEDIA_OK), let made else { throw Failed(code: code) }
    pointer = made
  }

  deinit {
    media_plane_stop(pointer)
    guard let entries = opendir(folder) else { return }
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      remove("\(folder)/\(name)")
    }
    closedir(entries)
    rmdir(folder)
  }

  var events: [Event] { told.events.withLock { $0 } }
  func keys(of tag: UInt64) -> String { String(events.filter { $0.tag == tag }.compactMap(\.key)) }
  func count(_ kind: media_event_kind, of tag: UInt64) -> Int {
    events.count { $0.kind == kind && $0.tag == tag }
  }

  func openLeg() throws -> (leg: media_id, port: UInt16) {
    var address = sockaddr_in.loopback(port: 0)
    var leg: media_id = 0
    var port: UInt16 = 0
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { media_leg_open(pointer, $0, &leg, &port) }
    }
    guard code == Int32(MEDIA_OK) else { throw Failed(code: code) }
    return (leg, port)
  }

  @discardableResult
  func link(_ from: media_id, _ to: media_id, side: Int32 = 0, gain: UInt32 = 256) -> Int32 {
    media_link(pointer, from, to, side, gain)
  }

  @discardableResult
  func unlink(_ from: media_id, _ to: media_id, side: Int32 = 0) -> Int32 {
    media_unlink(pointer, from, to, side)
  }

  func record(_ name: String, tag: UInt64 = 0) throws -> media_id {
    var made: media_id = 0
    var reason = [CChar](repeating: 0, count: 200)
    let code = media_recording_open(pointer, name, tag, &made, &reason, reason.count)
    guard code == Int32(MEDIA_OK) else { throw Failed(code: code) }
    return made
  }

  /// Closes it, and reads it once its header says that all is there.
  func finish(_ recording: media_id, _ name: String) async throws -> StereoFile {
    media_recording_close(pointer, recording)
    var read: StereoFile?
    var last = -1
    try await eventually("the recording \(name) is sealed") {
      read = StereoFile("\(folder)/\(name)")
      defer { last = read?.left.count ?? -1 }
      // The writer seals within some of its steps: twice the same, 100 ms apart, and the file is as long as it says.
      guard let read, read.left.count == last, read.isWhole else {
        usleep(100_000)
        return false
      }
      return true
    }
    guard let read else { throw Missing() }
    return read
  }

  var counts: media_counts {
    var counts = media_counts()
    media_plane_count(pointer, &counts)
    return counts
  }

  func statistics(_ leg: media_id) -> media_statistics {
    var statistics = media_statistics()
    media_leg_statistics(pointer, leg, &statistics)
    return statistics
  }
}

struct Missing: Error {}

extension sockaddr_in {
  static func loopback(port: UInt16, host: UInt8 = 1) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = (0x7F00_0000 | UInt32(host)).bigEndian
    return address
  }

  var storage: sockaddr_storage {
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) { into in withUnsafeBytes(of: self) { into.copyMemory(from: $0) } }
    return storage
  }
}
