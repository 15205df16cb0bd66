import Configuration
import Dialing
import Directory
import Distribution
import Entries
import Glibc
import Numbers
import Recordings
import Telephony
import Testing

@Suite struct `The sample configuration` {
  private func sample(_ name: String) -> [UInt8] {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let path = "/" + parts.joined(separator: "/") + "/docker/sample/" + name
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    return Array(bytes[..<fread(&bytes, 1, bytes.count, file)])
  }

  @Test func `it is taken without a word when nobody else can read it`() throws {
    let folder = TemporaryFolder()
    folder.write("tsunagi.toml", sample("tsunagi.toml"))
    folder.write("customers.toml", sample("customers.toml"), mode: 0o644)
    let loaded = try folder.load("tsunagi.toml").get()
    #expect(loaded.warnings == [])
    let configuration = loaded.configuration

    #expect(configuration.sip.bindAddress == "127.0.0.1")
    #expect(configuration.sip.trunks.map(\.networks.description) == ["[127.0.0.2/32]"])
    #expect(configuration.sip.trunks.first?.proxy.description == "127.0.0.2:5070")
    #expect(configuration.sip.trunks.first?.callerNumber?.national == "0312345678")
    #expect(configuration.sip.phones.map(\.id) == ["desk-1", "desk-2", "softphone", "ext-1001"])
    #expect(configuration.sip.phones.first?.line == .registers(secret: Secret("tsunagi-desk-1"), .md5))
    #expect(configuration.distribution.extensions == ["ext-1001"])
    #expect(configuration.distribution.queues.map(\.ringTime) == [.seconds(20), .seconds(15)])
    #expect(configuration.distribution.agents.first?.memberships == ["support": 1, "sales": 2])
    #expect(configuration.queues.map(\.name) == ["サポート", "営業"])
    #expect(configuration.queues.map(\.recording) == [.always, .onDemand])
    #expect(configuration.agents.map(\.name) == ["佐藤 花子", "鈴木 一郎", "高橋 美咲"])
    #expect(configuration.agents.map(\.phone) == ["desk-1", "desk-2", "softphone"])
    #expect(configuration.identification.trusted == ["pbx"])
    #expect(configuration.dialPlan.emergencyTrunk == "pbx")
    #expect(configuration.dialer.numberRingTime == .seconds(60))
    #expect(configuration.control.socket == folder.path + "/tsunagi.sock")
    #expect(configuration.control.roles.first == RoleRule(role: "administrator", user: String(getuid())))
    #expect(configuration.storage.recordings == folder.path + "/recordings")
    #expect(configuration.customers.count == 13)
    #expect(configuration.customers.first?.numbers == ["+81312340001", "+819012340001"])
  }

  @Test func `its calls go where it says`() throws {
    let folder = TemporaryFolder()
    folder.write("tsunagi.toml", sample("tsunagi.toml"))
    folder.write("customers.toml", sample("customers.toml"))
    let configuration = try folder.load("tsunagi.toml").get().configuration
    let read = try #require(numberReader(configuration.numbering))
    func target(_ called: String, _ caller: Caller = Caller()) -> Entry.Target? {
      configuration.entries.target(called: called, caller: caller, read: read)
    }
    #expect(target("8000") == .queue("support"))
    #expect(target("0312345678") == .queue("support"))
    #expect(target("+81312345678") == .queue("support"))
    #expect(target("8001") == .queue("sales"))
    #expect(target("8001", Caller(anonymity: .withheld)) == .reject(status: 433))
    #expect(target("8102") == .agent("1002"))
    #expect(target("8199") == .reject(status: 404))
    #expect(target("9000") == nil)
    let blocked = try read("03-1234-0000").get().number
    #expect(target("8000", Caller(number: blocked)) == .reject(status: 603))
  }

  @Test func `copied so that others can read it, it is refused at each secret`() {
    let folder = TemporaryFolder()
    folder.write("tsunagi.toml", sample("tsunagi.toml"), mode: 0o640)
    folder.write("customers.toml", sample("customers.toml"))
    let found = faults(of: folder.load("tsunagi.toml"))
    #expect(found.count == 3)
    #expect(found.allSatisfy { $0.contains("mode 0640") })
  }
}
