using System.Net;

namespace EdgeSync.Oci.Registries;

/// <summary>One request, in a form that can be sent several times: again after a challenge, a redirect or a failure.</summary>
internal sealed record RegistryRequest(HttpMethod Method, Uri Uri, string Scope)
{
    /// <summary>Statuses that are answers; any other is a failure.</summary>
    public required IReadOnlyList<HttpStatusCode> Accepts { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Makes a new body for each try.</summary>
    public Func<HttpContent>? Body { get; init; }

    public long BodyLength { get; init; }

    /// <summary>Whether sending it twice does no harm.</summary>
    public bool IsRepeatable { get; init; } = true;

    public bool IsPush => Method != HttpMethod.Get && Method != HttpMethod.Head;

    public HttpRequestMessage ToMessage(Uri uri)
    {
        var message = new HttpRequestMessage(Method, uri) { Content = Body?.Invoke() };
        foreach (var (name, value) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }
}
