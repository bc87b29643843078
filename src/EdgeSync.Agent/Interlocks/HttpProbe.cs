using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Http;
using EdgeSync.Primitives.Text;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Interlocks;

/// <summary>Gets a URL, and looks at the status and at a value of the answer. Redirects are not followed.</summary>
/// <param name="url">The URL.</param>
/// <param name="status">The status that allows the activation.</param>
/// <param name="value">The value that the answer must have too, or null.</param>
/// <param name="timeout">How long it may take.</param>
internal sealed class HttpProbe(Uri url, int status, ExpectedValue? value, TimeSpan timeout) : IProbe
{
    /// <summary>The most bytes that are read of an answer.</summary>
    public const int MaxBody = 64 * 1024;

    private readonly string _name = Redactor.Url(url);

    public async Task<ProbeAnswer> AskAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await AskAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeAnswer.Unknown($"{_name} did not answer within {UnitText.Duration(timeout)}");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return ProbeAnswer.Unknown($"{_name} does not answer: {FaultText.Describe(failure)}");
        }
    }

    private async Task<ProbeAnswer> AskAsync(CancellationToken cancellationToken)
    {
        var proxy = EnvironmentProxy.FromEnvironment(skipsLoopback: true);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, Proxy = proxy, UseProxy = proxy is not null })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        using var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if ((int)answer.StatusCode != status)
        {
            return ProbeAnswer.Closed($"{_name} answers {(int)answer.StatusCode}, not {status}");
        }

        if (value is null)
        {
            return ProbeAnswer.Open($"{_name} answers {status}");
        }

        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBody + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxBody ? ProbeAnswer.Unknown($"the answer of {_name} is larger than {MaxBody / 1024} KiB") : Judge(buffer.AsSpan(0, length), value);
    }

    private ProbeAnswer Judge(ReadOnlySpan<byte> body, ExpectedValue expected)
    {
        try
        {
            StrictJson.Check(body);
            var found = JsonNode.Parse(body) is { } root ? expected.Path.Find(root) : [];
            return found.Count == 0
                ? ProbeAnswer.Unknown($"the answer of {_name} has no value at {expected.Path}")
                : ProbeAnswer.Of(
                    found.All(node => JsonPath.TextOf(node) == expected.Text),
                    $"{expected.Path} of {_name} is not '{expected.Text}'",
                    ShortText.Of(OneLine.Of(string.Join(", ", found.Select(JsonPath.TextOf))), ProbeAnswer.MaxSaid));
        }
        catch (JsonException failure)
        {
            return ProbeAnswer.Unknown(FaultText.DescribeJson($"the answer of {_name}", failure), ShortText.Of(OneLine.Of(Encoding.UTF8.GetString(body)), ProbeAnswer.MaxSaid));
        }
    }
}

/// <summary>A value that an answer must have.</summary>
/// <param name="Path">Where.</param>
/// <param name="Text">A text as it is, anything else as JSON.</param>
internal sealed record ExpectedValue(JsonPath Path, string Text);
