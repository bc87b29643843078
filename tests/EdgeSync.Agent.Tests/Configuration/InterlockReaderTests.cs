using EdgeSync.Agent.Interlocks;

namespace EdgeSync.Agent.Tests.Configuration;

public sealed class InterlockReaderTests
{
    [Fact]
    public void Load_OneOfEachKind_IsTaken()
    {
        using var folder = new ConfigurationFolder();

        var interlocks = folder.Load(ConfigurationFolder.Minimal + """
            interlocks:
              - name: engine-off
                message: the engine runs
                hint: Switch the engine off.
                every: 30s
                channels: stable
                file: {path: /run/vehicle/engine, is: absent}
              - {name: mode, file: {path: /run/vehicle/mode, content: off}}
              - {name: no-sale, command: {run: [/usr/bin/env, "false"], exitCode: 1, timeout: 3s}}
              - {name: door, http: {url: "http://127.0.0.1:9000/state", status: 203, jsonPath: .door, equals: true, timeout: 2s}}
            """).Interlocks;

        Assert.Equal(["engine-off", "mode", "no-sale", "door"], interlocks.Select(interlock => interlock.Name));
        Assert.Equal(("the engine runs", "Switch the engine off.", TimeSpan.FromSeconds(30)), (interlocks[0].Message, interlocks[0].Hint, interlocks[0].Every));
        Assert.Equal(TimeSpan.FromSeconds(15), interlocks[1].Every);
        Assert.True(interlocks[0].IsFor("stable") && !interlocks[0].IsFor("tools") && interlocks[1].IsFor("tools"));
        Assert.Equal([typeof(FileProbe), typeof(FileProbe), typeof(CommandProbe), typeof(HttpProbe)], interlocks.Select(interlock => interlock.Probe.GetType()));
    }

    [Fact]
    public void Load_ProgramThatIsNotThereYet_IsAWarning()
    {
        using var folder = new ConfigurationFolder();

        var warning = Assert.Single(folder.Load(ConfigurationFolder.Minimal + "interlocks: [{name: a, command: {run: [/opt/none]}}]\n").Warnings);

        Assert.Equal(("interlocks[0].command.run", "'/opt/none' cannot be run now: there is no such file; the interlock stays closed"), (warning.Key, warning.Problem));
    }

    [Theory]
    [InlineData("{file: {path: /a, is: absent}}", "interlocks[0].name: is missing; write 'name: engine-off'")]
    [InlineData("{name: a}", "interlocks[0]: asks nothing; give it 'file', 'command' or 'http'")]
    [InlineData("{name: a, file: {path: /a, is: absent}, command: {run: [/bin/true]}}", "interlocks[0].command: is the second question besides 'file'; write two interlocks")]
    [InlineData("{name: a, file: {path: engine, is: absent}}", "interlocks[0].file.path: 'engine' is no full path; write it from the root, such as /run/vehicle/engine")]
    [InlineData("{name: a, file: {path: /a}}", "interlocks[0].file: says what the file must be by 'is: present', 'is: absent' or 'content: TEXT', one of them")]
    [InlineData("{name: a, file: {path: /a, is: absent, content: x}}", "interlocks[0].file.content: says what the file must be by")]
    [InlineData("{name: a, file: {path: /a, is: gone}}", "interlocks[0].file.is: 'gone' is not known; write present or absent")]
    [InlineData("{name: a, file: {path: /a, is: absent, exitCode: 0}}", "interlocks[0].file.exitCode: unknown key")]
    [InlineData("{name: a, command: {timeout: 3s}}", "interlocks[0].command.run: is missing; write 'run: [/usr/local/bin/may-change, --quiet]'")]
    [InlineData("{name: a, command: {run: []}}", "interlocks[0].command.run: is an empty list")]
    [InlineData("{name: a, command: {run: [may-change]}}", "interlocks[0].command.run: 'may-change' is no full path")]
    [InlineData("{name: a, command: {run: /bin/true --quiet}}", "interlocks[0].command.run: '/bin/true --quiet' is more than a path; write each argument as an entry of its own")]
    [InlineData("{name: a, command: {run: [/bin/true], timeout: 1m}}", "interlocks[0].command.timeout: '1m' is out of bounds; write 1s to 20s")]
    [InlineData("{name: a, command: {run: [/bin/true], exitCode: 256}}", "interlocks[0].command.exitCode: '256' is no number from 0 to 255")]
    [InlineData("{name: a, http: {status: 200}}", "interlocks[0].http.url: is missing; write 'url: http://127.0.0.1:9000/state'")]
    [InlineData("{name: a, http: {url: '127.0.0.1:9000'}}", "interlocks[0].http.url: '127.0.0.1:9000' is no URL; write it as in http://127.0.0.1:9000/state")]
    [InlineData("{name: a, http: {url: 'ftp://a/b'}}", "interlocks[0].http.url: 'ftp://a/b' is no URL")]
    [InlineData("{name: a, http: {url: 'http://me:secret@a/b'}}", "interlocks[0].http.url: has a login, which everybody could read here and in the status; ask an address that needs none")]
    [InlineData("{name: a, http: {url: 'http://a/b', jsonPath: .a}}", "interlocks[0].http: has one of 'jsonPath' and 'equals'; write both, or none for the status alone")]
    [InlineData("{name: a, http: {url: 'http://a/b', jsonPath: ..a, equals: b}}", "interlocks[0].http.jsonPath: '..a' is no path: '..' is not supported; write the path in full")]
    [InlineData("{name: a, every: 1s, file: {path: /a, is: absent}}", "interlocks[0].every: '1s' is out of bounds; write 5s to 1h")]
    [InlineData("{name: a, message: \"two\\nlines\", file: {path: /a, is: absent}}", "interlocks[0].message: must have 1 to 200 characters on one line")]
    [InlineData("{name: a, channels: [tools], file: {path: /a, is: absent}}", "interlocks: interlock a: 'channels' names 'tools', which is no channel of this site")]
    [InlineData("{name: a, file: {path: /a, is: absent}}, {name: a, file: {path: /b, is: absent}}", "interlocks: has the interlock 'a' 2 times; keep one")]
    public void Load_WrongInterlocks_SaysWhatIsWrong(string entry, string expected)
    {
        using var folder = new ConfigurationFolder();

        var fault = Assert.Single(folder.Faults($"{ConfigurationFolder.Minimal}interlocks: [{entry}]\n"));

        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }
}
