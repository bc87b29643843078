using EdgeSync.Primitives.Text;

namespace EdgeSync.Primitives.Tests.Text;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("https://registry.example.com/v2/", "https://registry.example.com/v2/")]
    [InlineData("https://joe:secret@registry.example.com:5000/v2/shop", "https://***@registry.example.com:5000/v2/shop")]
    [InlineData("https://secret@registry.example.com/", "https://***@registry.example.com/")]
    [InlineData("https://cdn.example.com/blob?X-Amz-Signature=secret&a=b", "https://cdn.example.com/blob?***")]
    [InlineData("https://cdn.example.com/blob#secret", "https://cdn.example.com/blob")]
    [InlineData("http://[::1]:5000/v2/?token=secret", "http://[::1]:5000/v2/?***")]
    [InlineData("https://joe:s%40secret@host/", "https://***@host/")]
    public void Url_Absolute_ShowsNoSecret(string url, string expected) => Assert.Equal(expected, Redactor.Url(new Uri(url)));

    [Theory]
    [InlineData("/v2/token?secret=1", "/v2/token?***")]
    [InlineData("/v2/shop#secret", "/v2/shop")]
    [InlineData("/v2/shop", "/v2/shop")]
    [InlineData("//joe:secret@host/v2", "//***@host/v2")]
    public void Url_Relative_ShowsNoSecret(string url, string expected) =>
        Assert.Equal(expected, Redactor.Url(new Uri(url, UriKind.Relative)));

    [Fact]
    public void Url_Null_IsNull() => Assert.Null(Redactor.Url(null));
}
