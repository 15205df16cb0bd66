import Glibc

/// Kamailio as a PBX's SIP side: proxy and registrar for the phones, the daemon as its trunk, known by source address.
public final class Kamailio: Sendable {
  /// The running program.
  public let process: ChildProcess

  /// Listens on `address`:`port`; numbers 8xxx go to `trunk` (`host:port`), everything else to who registered. Users are
  /// `name: secret`.
  public init(address: String = "127.0.0.1", port: Int, trunk: String, users: [String: String]) async throws {
    let folder = try temporaryFolder("kamailio")
    let host = trunk.split(separator: ":")[0]
    let hostPort = trunk.split(separator: ":")[1]
    try writeText(
      """
      #!KAMAILIO
      debug=2
      log_stderror=yes
      children=2
      auto_aliases=no
      disable_tcp=yes
      listen=udp:\(address):\(port)
      alias="pbx.test"
      mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
      loadmodule "tm.so"
      loadmodule "sl.so"
      loadmodule "rr.so"
      loadmodule "pv.so"
      loadmodule "maxfwd.so"
      loadmodule "textops.so"
      loadmodule "siputils.so"
      loadmodule "xlog.so"
      loadmodule "usrloc.so"
      loadmodule "registrar.so"
      loadmodule "auth.so"
      loadmodule "htable.so"
      loadmodule "kex.so"
      loadmodule "ctl.so"
      modparam("usrloc", "db_mode", 0)
      modparam("htable", "htable", "pw=>size=8;")
      modparam("ctl", "binrpc", "unix:\(folder)/ctl.sock")
      modparam("auth", "qop", "auth")
      event_route[htable:mod-init] {
      \(users.map { "  $sht(pw=>\($0.key)) = \"\($0.value)\";" }.joined(separator: "\n"))
      }
      request_route {
        if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
        if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
        if (has_totag()) {
          if (loose_route()) { t_relay(); exit; }
          if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
          sl_send_reply("404", "Not Here"); exit;
        }
        t_check_trans();
        if (is_method("REGISTER")) {
          if ($au == $null || !pv_www_authenticate("pbx.test", "$sht(pw=>$au)", "0")) { www_challenge("pbx.test", "1"); exit; }
          if ($au != $tU) { sl_send_reply("403", "Forbidden"); exit; }
          consume_credentials();
          if (!save("location")) sl_reply_error();
          exit;
        }
        if (!($si == "\(host)" && $sp == \(hostPort))) {
          if ($au == $null || !pv_proxy_authenticate("pbx.test", "$sht(pw=>$au)", "0")) { proxy_challenge("pbx.test", "1"); exit; }
          consume_credentials();
        }
        record_route();
        if ($rU =~ "^8[0-9]{3}$") { $du = "sip:\(trunk)"; t_relay(); exit; }
        $rd = "pbx.test";
        $rp = $null;
        if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
        if (!t_relay()) sl_reply_error();
        exit;
      }

      """, to: folder + "/kamailio.cfg")
    process = try ChildProcess(
      "kamailio", ["-DD", "-E", "-m", "32", "-M", "4", "-f", folder + "/kamailio.cfg", "-w", folder], in: folder,
      log: folder + "/log")
    _ = try await fact("Kamailio serves; its log: \(process.tail)") {
      access(folder + "/ctl.sock", F_OK) == 0 ? true : nil
    }
  }

  /// Ends it.
  public func stop() async { await process.stop() }
}
