import LoopbackTesting
import Testing

@Suite(.fewAtOnce) struct `Checking a configuration` {
  private func check(_ text: String) async throws -> (code: Int32, output: String) {
    let folder = try temporaryFolder("check")
    try writeText(text, to: folder + "/t.toml", mode: 0o600)
    let process = try ChildProcess(
      programs() + "/tsunagid", ["--check", "t.toml"], in: folder, log: folder + "/check.log")
    let code = try await process.waitForExit()
    return (code, process.output)
  }

  private let roles = "[[entries]]\ncalled = \"*\"\nreject = 480\n[[control.roles]]\nrole = \"administrator\"\n"

  @Test func `a file is in order when the daemon would start with it, whatever is worth a look`() async throws {
    let (code, output) = try await check(roles + "user = \"root\"\n")
    #expect(code == 0 && output.contains("t.toml: in order"), "\(output)")
    #expect(output.contains("t.toml:1:1: warning: 110, 118 and 119 cannot be dialled"), "\(output)")
  }

  @Test func `a role for a user who is not known here is a fault among the others`() async throws {
    let (code, output) = try await check(roles + "user = \"nobody-of-this-name\"\n[sipp]\n")
    #expect(code == 1 && output.contains("t.toml:6:8: error: there is no Unix user 'nobody-of-this-name'"), "\(output)")
    #expect(output.contains("sipp"), "\(output)")
  }

  @Test func `a country that is not known is a fault with its place`() async throws {
    let (code, output) = try await check(roles + "user = \"root\"\n[dialing]\ncountry = \"XX\"\n")
    #expect(code == 1 && output.contains("t.toml:8:11: error: country 'XX'"), "\(output)")
  }

  @Test(arguments: Example.names)
  func `a copy of an example is in order, and nothing of it is doubtful`(name: String) async throws {
    let folder = try temporaryFolder("check")
    try Example.copy(to: folder)
    let process = try ChildProcess(
      programs() + "/tsunagid", ["--check", "\(name).toml"], in: folder, log: folder + "/check.log")
    #expect(try await process.waitForExit() == 0)
    #expect(process.output == "\(name).toml: in order\n")
  }
}
