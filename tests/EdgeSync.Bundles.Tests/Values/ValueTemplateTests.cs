using EdgeSync.Bundles.Values;

namespace EdgeSync.Bundles.Tests.Values;

public sealed class ValueTemplateTests
{
    [Theory]
    [InlineData("${A}", "<A>")]
    [InlineData("a ${A} b ${B_2:=x y}!", "a <A> b <B_2|x y>!")]
    [InlineData("${A:=}", "<A|>")]
    [InlineData("${A:=b:=c}", "<A|b:=c>")]
    [InlineData("$${A}", "${A}")]
    [InlineData("$$${A}", "$${A}")]
    [InlineData("$$$${A}", "$$${A}")]
    [InlineData("${A}${A}", "<A><A>")]
    [InlineData("costs $5, $(params.x) {{ y }} ${A}$", "costs $5, $(params.x) {{ y }} <A>$")]
    public void Fill_Text_ReplacesItsReferences(string text, string expected)
    {
        Assert.True(ValueTemplate.TryParse(text, out var template, out _));

        Assert.Equal(expected, template.Fill((name, fallback) => fallback is null ? $"<{name}>" : $"<{name}|{fallback}>"));
    }

    [Theory]
    [InlineData("x ${", "'${'")]
    [InlineData("${}", "'${}'")]
    [InlineData("${A", "'${A'")]
    [InlineData("${1}", "'${1}'")]
    [InlineData("${A:-b}", "'${A:-b}'")]
    [InlineData("${A.b}", "'${A.b}'")]
    [InlineData("${ A }", "'${ A }'")]
    [InlineData("${A[@]}\nrest", "'${A[@]}'")]
    public void TryParse_WhatIsNoReference_IsNamed(string text, string excerpt)
    {
        Assert.False(ValueTemplate.TryParse(text, out _, out var problem));

        Assert.StartsWith(excerpt, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("${A}", "A")]
    [InlineData("${A:=1}", "A")]
    [InlineData("${A} ", null)]
    [InlineData("$${A}", null)]
    public void OnlyName_OfATextThatIsOneReference_IsItsName(string text, string? expected)
    {
        Assert.True(ValueTemplate.TryParse(text, out var template, out _));

        Assert.Equal(expected, template.OnlyName);
    }

    [Fact]
    public void TryParse_RandomTexts_NeverFailsAndAnEscapedTextComesBack()
    {
        const int Seed = 46;
        var random = new Random(Seed);
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "$${}:=A1_ \n"[random.Next(11)]));
            Assert.True(ValueTemplate.TryParse(text, out _, out var wrong) || wrong.Length > 0, $"seed {Seed}, round {round}: '{text}'");

            var escaped = text.Replace("${", "$${", StringComparison.Ordinal);

            Assert.True(ValueTemplate.TryParse(escaped, out var template, out var problem), $"seed {Seed}, round {round}: '{text}': {problem}");
            Assert.Equal(text, template.Fill((_, _) => throw new InvalidOperationException(text)));
        }
    }
}
