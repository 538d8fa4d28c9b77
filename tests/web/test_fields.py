"""Forms drawn: label, hint, error, summary; nothing typed is lost."""

from django import forms
from django.template import engines
from django.utils.translation import override

from yanxiu.web.showcase import ChoiceForm, SampleForm


def draw(form, source="{% y_form form %}"):
    with override("zh-hans"):
        return engines["django"].from_string(source).render({"form": form})


def test_errors_stand_above_their_field_and_in_the_summary_with_links():
    html = draw(SampleForm({"name": '吴𬭊"><b>', "why": "有事", "day": "2023-09-18", "subject": "yw"}))
    assert "有2处要改" in html
    assert '<a href="#id_why">退回原因</a>' in html and '<a href="#id_day">开课日期</a>' in html
    assert html.index("请写明原因，至少5个字。") < html.index("<textarea")
    assert 'aria-invalid="true"' in html and 'aria-describedby="id_day-hint id_day-error"' in html
    assert "有事" in html and "吴𬭊&quot;&gt;&lt;b&gt;" in html  # kept, and harmless


def test_no_errors_no_summary():
    html = draw(SampleForm())
    assert "y-say" not in html and "is-bad" not in html and "（可以不填）" in html


def test_what_concerns_the_whole_form_is_said_in_full():
    class Whole(forms.Form):
        a = forms.CharField(label="甲", required=False)

        def clean(self):
            raise forms.ValidationError("两处对不上。")

    html = draw(Whole({}))
    assert "<b>两处对不上。</b>" in html and "处要改" not in html


def test_radios_with_explanations_files_and_boxes():
    html = draw(ChoiceForm())
    assert '<fieldset class="y-choice"><legend>怎样处理这个名额</legend>' in html
    assert "<b>换人</b><small>原学员的记录保留，新学员从零开始。</small>" in html and "checked" in html
    assert 'class="y-drop"' in html and "选择文件" in html
    assert 'class="form-check-input"' in html


def test_every_press_has_a_key():
    html = draw(None, "{% y_key %}{% y_key %}")
    keys = [part.split('"')[0] for part in html.split('value="')[1:]]
    assert len(set(keys)) == 2 and all(len(k) == 32 for k in keys)
