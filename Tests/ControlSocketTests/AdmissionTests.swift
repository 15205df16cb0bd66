import Control
import ControlClient
import Glibc
import Telephony
import TelephonyTesting
import Testing

@testable import ControlSocket

@Suite struct `Who may use the socket` {
  private let peer = Peer(processID: 1, userID: 1000, groupIDs: [1000, 27])

  @Test func `the first rule that fits wins, and none fits nobody`() {
    #expect(RoleRule(role: .agent, userID: 1000).fits(peer))
    #expect(RoleRule(role: .agent, groupID: 27).fits(peer))
    #expect(RoleRule(role: .agent, userID: 1000, groupID: 27).fits(peer))
    #expect(!RoleRule(role: .agent, userID: 1001).fits(peer))
    #expect(!RoleRule(role: .agent, groupID: 28).fits(peer))
    #expect(!RoleRule(role: .agent, userID: 1000, groupID: 28).fits(peer))
    #expect(!RoleRule(role: .administrator).fits(peer))
  }

  @Test func `the kernel says who is there`() throws {
    var own = [gid_t](repeating: 0, count: 1024)
    let ownCount = Int(getgroups(1024, &own))
    // More than are asked for at first; whoever is not root has the groups that there are.
    let isRoot = geteuid() == 0
    if isRoot { #expect(setgroups(ownCount + 100, Array(own.prefix(ownCount)) + (70_000..<70_100)) == 0) }
    defer { if isRoot { setgroups(ownCount, own) } }
    var ends: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { ends.forEach { close($0) } }
    let peer = try #require(Peer(of: ends[0]))
    #expect(peer.processID == getpid())
    #expect(peer.userID == geteuid())
    var groups = [gid_t](repeating: 0, count: 1024)
    let count = getgroups(1024, &groups)
    #expect(Set(peer.groupIDs) == Set(groups.prefix(Int(count)) + [getegid()]))
  }

  @Test func `whoever has no role is told so and turned away`() async throws {
    let stage = try Stage(rules: [RoleRule(role: .administrator, userID: geteuid() + 1)])
    try await onOwnThread {
      let client = try stage.connect()
      do throws(ClientError) {
        _ = try client.call("system.status", timeout: patience)
        Issue.record("a stranger was answered")
      } catch {
        guard case .refused(-32003, let message) = error else {
          Issue.record("\(error)")
          return
        }
        #expect(message.contains("user \(geteuid()) ") && message.contains("has no role"))
      }
      #expect(throws: ClientError.closed) { try client.message(timeout: patience) }
    }
    #expect(stage.handler.requests.isEmpty)
    #expect(stage.server.clientCount == 0)
    let refused = try #require(stage.log.all.first { $0.message == "client refused" })
    #expect(refused.level == .warning)
    #expect(refused.fields.map(\.value) == ["\(geteuid())", "\(getpid())", "no role"])
    stage.end()
  }

  @Test func `a role and its agent come from the rule`() async throws {
    let rules = [
      RoleRule(role: .administrator, userID: geteuid() + 1), RoleRule(role: .agent, groupID: getegid(), agent: "1001"),
      RoleRule(role: .administrator, userID: geteuid()),
    ]
    let stage = try Stage(rules: rules)
    try await onOwnThread {
      let client = try stage.connect()
      _ = try client.call("agent.finish", ["agent": .string("1001")], timeout: patience)
      #expect(throws: ClientError.self) {
        try client.call("agent.finish", ["agent": .string("1002")], timeout: patience)
      }
      #expect(throws: ClientError.self) { try client.call("no.such", timeout: patience) }
    }
    #expect(stage.handler.requests == [.agentFinish("1001")])
    // Clients come and go all day; only what was refused is an administrator's business.
    let connected = try #require(stage.log.all.first { $0.message == "client connected" })
    #expect(connected.level == .debug)
    #expect(connected.fields.map(\.name) == ["client", "user", "process", "role", "agent"])
    #expect(connected.fields.suffix(2).map(\.value) == ["agent", "1001"])
    let refusals = stage.log.all.filter { $0.message == "request refused" }
    let refused = try #require(refusals.first)
    #expect(refusals.count == 1)
    #expect(refused.level == .info)
    #expect(refused.fields.map(\.name) == ["client", "method", "role"])
    stage.end()
  }

  @Test func `a read-only client is told which role is needed`() async throws {
    let stage = try Stage(rules: [RoleRule(role: .readOnly, userID: geteuid())])
    try await onOwnThread {
      let client = try stage.connect()
      _ = try client.call("agents.list", timeout: patience)
      let refusal = "events.subscribe needs the role agent or more; this client has read-only."
      #expect(throws: ClientError.refused(code: -32003, message: refusal)) {
        try client.call("events.subscribe", timeout: patience)
      }
    }
    stage.end()
  }

  @Test func `one client too many is told so`() async throws {
    let stage = try Stage { $0.maximumClients = 3 }
    try await onOwnThread {
      var clients = try (0..<3).map { _ in try stage.connect() }
      for client in clients { _ = try client.call("queues.list", timeout: patience) }
      #expect(throws: ClientError.refused(code: -32004, message: "3 clients are connected already: close one of them."))
      {
        try stage.connect().call("queues.list", timeout: patience)
      }
      clients.removeLast()
      try eventually("one client is gone") { stage.server.clientCount == 2 }
      _ = try stage.connect().call("queues.list", timeout: patience)
    }
    stage.end()
  }
}

@Suite struct `The socket as a file` {
  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  private func group(_ path: String) -> gid_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_gid : gid_t.max
  }

  private func server(_ path: String, groupID: UInt32? = nil) -> ControlServer {
    ControlServer(settings: ControlSocketSettings(path: path, groupID: groupID, rules: []), epoch: 1, log: { _ in })
  }

  @Test func `is open to the group and closed to others, and is removed at the end`() throws {
    let stage = try Stage()
    #expect(mode(stage.folder + "/run") == 0o750)
    #expect(mode(stage.path) == 0o660)
    #expect(mode(stage.path + ".lock") == 0o600)
    try stage.server.start(handler: stage.handler)
    stage.server.stop()
    #expect(mode(stage.path) == 0)
    stage.server.stop()
    try stage.server.start(handler: stage.handler)
    #expect(mode(stage.path) == 0)
    stage.end()
  }

  @Test func `is of the group that it is for, as its folder, also below a folder where all may write but not remove`()
    throws
  {
    let folder = try Stage.temporaryFolder()
    let (path, run) = (folder + "/open/own.sock", folder + "/run")
    let wanted = geteuid() == 0 ? 70_000 : getegid()
    mkdir(folder + "/open", 0o777)
    chmod(folder + "/open", 0o1777)
    let one = server(path)
    try one.start(handler: ScriptedHandler())
    #expect(mode(path) == 0o660)
    one.stop()
    let other = server(run + "/x.sock", groupID: wanted)
    try other.start(handler: ScriptedHandler())
    #expect(group(run) == wanted && group(run + "/x.sock") == wanted)
    other.stop()
    for name in [path + ".lock", run + "/x.sock.lock"] { unlink(name) }
    for name in [folder + "/open", run, folder] { rmdir(name) }
  }

  @Test func `another running daemon is not disturbed`() async throws {
    let stage = try Stage()
    #expect(throws: ControlSocketError.inUse(stage.path)) { try server(stage.path).start(handler: ScriptedHandler()) }
    try await onOwnThread { _ = try stage.connect().call("queues.list", timeout: patience) }
    stage.end()
  }

  @Test func `a dead daemon's socket is replaced`() async throws {
    let stage = try Stage()
    stage.server.stop()
    let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un(stage.path)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(bound == 0)
    close(dead)
    let settings = ControlSocketSettings(path: stage.path, rules: [RoleRule(role: .readOnly, userID: geteuid())])
    let next = ControlServer(settings: settings, epoch: 2, log: { _ in })
    try next.start(handler: ScriptedHandler())
    try await onOwnThread { _ = try stage.connect().call("queues.list", timeout: patience) }
    next.stop()
    stage.end()
  }

  @Test func `symbolic links, files and open folders are refused and left as they are`() throws {
    let folder = try Stage.temporaryFolder()
    defer {
      for name in ["link.sock", "file.sock", "lock.sock.lock", "link.sock.lock", "file.sock.lock"] {
        unlink(folder + "/" + name)
      }
      unlink(folder + "/linked")
      rmdir(folder + "/open")
      rmdir(folder + "/foreign")
      rmdir(folder)
    }
    symlink(folder + "/elsewhere", folder + "/link.sock")
    close(open(folder + "/file.sock", O_CREAT | O_WRONLY, 0o600))
    symlink(folder + "/elsewhere", folder + "/lock.sock.lock")
    symlink("/tmp", folder + "/linked")
    mkdir(folder + "/open", 0o777)
    chmod(folder + "/open", 0o777)
    mkdir(folder + "/foreign", 0o755)
    var cases = [
      ("relative/x.sock", "begin with /"),
      ("\(folder)/link.sock", "no socket"), ("\(folder)/file.sock", "no socket"),
      ("\(folder)/lock.sock", "symbolic link"),
      ("\(folder)/linked/x.sock", "not a folder"), ("\(folder)/open/x.sock", "everybody may write"),
      ("relative.sock", "begin with /"), (folder + "/", "file's name"),
      (folder + "/" + String(repeating: "x", count: 108), "107"), ("\(folder)/no/where/x.sock", "mkdir"),
    ]
    // Only root can give a folder away.
    if chown(folder + "/foreign", 65_534, gid_t.max) == 0 {
      cases.append(("\(folder)/foreign/x.sock", "belongs to user 65534"))
    }
    for (path, what) in cases {
      #expect("\(path)") {
        try server(path).start(handler: ScriptedHandler())
      } throws: {
        "\($0)".contains(what)
      }
    }
    #expect(mode(folder + "/file.sock") == 0o600)
    #expect(mode(folder + "/elsewhere") == 0)
  }

  @Test func `stopping ends every connection`() async throws {
    let stage = try Stage()
    let client = try await onOwnThread {
      let client = try stage.connect()
      _ = try client.call("events.subscribe", timeout: patience)
      return Sent(client)
    }
    stage.server.stop()
    stage.server.publish(notice(1))
    try await onOwnThread { #expect(throws: ClientError.closed) { try client.value.message(timeout: patience) } }
    stage.end()
  }
}
