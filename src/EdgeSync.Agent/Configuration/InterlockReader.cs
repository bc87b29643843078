using EdgeSync.Agent.Interlocks;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Primitives.Storage;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary>Reads an entry of <c>interlocks</c>: a file, a command or a URL that must allow an activation before it begins.</summary>
internal static class InterlockReader
{
    private const int MaxText = 200;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // All are asked twice within the time that a check of the site may take.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(20);

    public static Interlock Read(YamlSection reader)
    {
        IProbe?[] probes = [reader.OptionalSection("file", ReadFile), reader.OptionalSection("command", ReadCommand), reader.OptionalSection("http", ReadHttp)];
        var given = (string[])[.. ((string[])["file", "command", "http"]).Where(reader.Has)];
        var name = reader.Name("name", "engine-off");
        if (given.Length != 1)
        {
            reader.Fault(given.Length == 0 ? "" : given[1], given.Length == 0 ? "asks nothing; give it 'file', 'command' or 'http'" : $"is the second question besides '{given[0]}'; write two interlocks");
        }

        return new Interlock
        {
            Name = name,
            Probe = probes.OfType<IProbe>().FirstOrDefault() ?? new FileProbe("/", FileWish.Present),
            Every = reader.Duration("every", 15 * Second, 5 * Second, TimeSpan.FromHours(1)),
            Message = ReadText(reader, "message"),
            Hint = ReadText(reader, "hint"),
            Channels = [.. reader.TextItems("channels").Select(item => item.Text)],
        };
    }

    private static FileProbe? ReadFile(YamlSection reader)
    {
        var path = ReadPath(reader, "path", "/run/vehicle/engine");
        var state = reader.Value<FileWish?>("is", null, text => text switch
        {
            "present" => (FileWish.Present, null),
            "absent" => (FileWish.Absent, null),
            _ => (null, $"'{text}' is not known; write present or absent"),
        });
        var content = reader.OptionalText("content")?.Trim();
        if (reader.Has("is") == reader.Has("content"))
        {
            reader.Fault(reader.Has("is") ? "content" : "", "says what the file must be by 'is: present', 'is: absent' or 'content: TEXT', one of them");
        }

        if (content?.Length > FileProbe.MaxContent)
        {
            reader.Fault("content", $"has more than {FileProbe.MaxContent} characters");
        }

        return path is null ? null : content is null ? new FileProbe(path, state ?? FileWish.Present) : new FileProbe(path, FileWish.Content, content);
    }

    private static CommandProbe? ReadCommand(YamlSection reader)
    {
        reader.Require("run", "[/usr/local/bin/may-change, --quiet]");
        var words = reader.TextItems("run").Select(item => item.Text).ToList();
        var exitCode = reader.Number("exitCode", 0, 0, 255);
        var timeout = reader.Duration("timeout", 10 * Second, Second, LongestAnswer);
        if (words.Count == 0)
        {
            return null;
        }

        if (FindPathProblem(words[0]) is { } problem)
        {
            reader.Fault("run", problem);
        }
        else if (words is [var line] && line.Contains(' ', StringComparison.Ordinal) && !File.Exists(line))
        {
            reader.Fault("run", $"'{line}' is more than a path; write each argument as an entry of its own, because no shell reads them");
        }
        else if (reader.File.ChecksFiles && ProgramFile.FindFault(words[0]) is { } fault)
        {
            reader.Warn("run", $"'{words[0]}' cannot be run now: {fault}; the interlock stays closed");
        }

        return new CommandProbe(words[0], words[1..], exitCode, timeout);
    }

    private static HttpProbe? ReadHttp(YamlSection reader)
    {
        reader.Require("url", "http://127.0.0.1:9000/state");
        var url = reader.Value("url", null, ParseUrl);
        var status = reader.Number("status", 200, 100, 599);
        var timeout = reader.Duration("timeout", 5 * Second, Second, LongestAnswer);
        var path = reader.Value("jsonPath", null, text => JsonPath.TryParse(text, out var parsed, out var problem) ? (parsed, null) : ((JsonPath?)null, $"'{text}' is no path: {problem}"));
        var text = reader.OptionalText("equals");
        if (reader.Has("jsonPath") != reader.Has("equals"))
        {
            reader.Fault("", "has one of 'jsonPath' and 'equals'; write both, or none for the status alone");
        }

        return url is null ? null : new HttpProbe(url, status, path is null || text is null ? null : new ExpectedValue(path, text), timeout);
    }

    private static string? ReadPath(YamlSection reader, string key, string example)
    {
        reader.Require(key, example);
        return reader.Value<string?>(key, null, text => FindPathProblem(text) is { } problem ? (null, problem) : (text, null));
    }

    private static string? FindPathProblem(string path) =>
        Path.IsPathRooted(path) && !path.Contains('\0', StringComparison.Ordinal) ? null : $"'{path}' is no full path; write it from the root, such as /run/vehicle/engine";

    private static (Uri? Url, string? Problem) ParseUrl(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0
            ? (null, $"'{text}' is no URL; write it as in http://127.0.0.1:9000/state")
        : url.UserInfo.Length > 0 ? (null, "has a login, which everybody could read here and in the status; ask an address that needs none")
        : (url, null);

    private static string? ReadText(YamlSection reader, string key) => reader.Value<string?>(key, null, text =>
        text.Length <= MaxText && !text.Any(char.IsControl) ? (text.Trim(), null) : (null, $"must have 1 to {MaxText} characters on one line"));
}
